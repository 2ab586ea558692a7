/**
 * Parts of two public JSON-LD contexts: the terms that an export uses, with the identifiers that the contexts give them. A term that is not here is one that
 * the context may not know: expansion would drop it.
 *
 * RO-Crate 1.1: https://w3id.org/ro/crate/1.1/context. Battery domain of EMMO: https://w3id.org/emmo/domain/battery/context (version of 2025); RealData,
 * hasNumberValue, Electrode and Pressure as the ontology's own examples use them.
 */
const schema = (...terms: readonly string[]): Record<string, string> =>
  Object.fromEntries(terms.map((term) => [term, `http://schema.org/${term}`]));

const EMMO = "https://w3id.org/emmo#";
const ELECTROCHEMISTRY = "https://w3id.org/emmo/domain/electrochemistry#electrochemistry_";
const relation = (id: string): { "@id": string; "@type": "@id" } => ({ "@id": id, "@type": "@id" });

export const CONTEXTS: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  "https://w3id.org/ro/crate/1.1/context": {
    ...schema("Dataset", "CreativeWork", "SoftwareApplication", "CreateAction", "PropertyValue"),
    ...schema(
      "about",
      "actionStatus",
      "contentSize",
      "datePublished",
      "description",
      "encodingFormat",
      "endTime",
      "hasPart",
      "instrument",
      "license",
    ),
    ...schema("mentions", "name", "object", "result", "softwareVersion", "startTime", "value", "version"),
    File: "http://schema.org/MediaObject",
    conformsTo: "http://purl.org/dc/terms/conformsTo",
  },
  "https://w3id.org/emmo/domain/battery/context": {
    schema: "https://schema.org/",
    BatteryCell: "https://w3id.org/emmo/domain/battery#battery_68ed592a_7924_45d0_a108_94d6275d57f0",
    Electrode: `${ELECTROCHEMISTRY}Electrode`,
    SolidElectrolyte: `${ELECTROCHEMISTRY}0508a114_544a_4f54_a7de_9b947fb4b618`,
    Material: `${EMMO}EMMO_4207e895_8b83_4318_996a_72cfb32acd94`,
    Mass: `${EMMO}EMMO_ed4af7ae_63a2_497e_bb88_2309619ea405`,
    MassFraction: `${EMMO}EMMO_7c055d65_2929_40e1_af4f_4bf10995ad50`,
    MassLoading: `${ELECTROCHEMISTRY}c955c089_6ee1_41a2_95fc_d534c5cfd3d5`,
    Thickness: `${EMMO}EMMO_43003c86_9d15_433b_9789_ee2940920656`,
    Diameter: `${EMMO}EMMO_c1c8ac3c_8a1c_4777_8e0b_14c1f9f9b0c6`,
    Area: `${EMMO}Area`,
    Pressure: `${EMMO}Pressure`,
    ThermodynamicTemperature: `${EMMO}EMMO_affe07e4_e9bc_4852_86c6_69e26182a17f`,
    TheoreticalCapacity: `${ELECTROCHEMISTRY}b7781ebc_90a7_4f19_997f_aed28dee1b01`,
    AreicCapacity: `${ELECTROCHEMISTRY}bcb33f7e_5573_4bc2_b636_4ea313a9dd3a`,
    MetrologicalUncertainty: `${EMMO}EMMO_847724b7_acef_490e_9f0d_67da967f2812`,
    RealData: `${EMMO}RealData`,
    hasNumberValue: `${EMMO}hasNumberValue`,
    hasPositiveElectrode: relation(`${ELECTROCHEMISTRY}8e9cf965_9f92_46e8_b678_b50410ce3616`),
    hasNegativeElectrode: relation(`${ELECTROCHEMISTRY}5d299271_3f68_494f_ab96_3db9acdd3138`),
    hasElectrolyte: relation(`${ELECTROCHEMISTRY}3bd08946_4e81_455d_9fca_dc7a5ead9315`),
    hasActiveMaterial: relation(`${ELECTROCHEMISTRY}860aa941_5ff9_4452_8a16_7856fad07bee`),
    hasConstituent: relation(`${EMMO}EMMO_dba27ca1_33c9_4443_a912_1519ce4c39ec`),
    hasProperty: relation(`${EMMO}EMMO_e1097637_70d2_4895_973f_2396f04fa204`),
    hasNumericalPart: relation(`${EMMO}EMMO_8ef3cd6d_ae58_4a8d_9fc0_ad8f49015cd0`),
    hasMeasurementUnit: relation(`${EMMO}EMMO_bed1d005_b04e_4a90_94cf_02bc678a8569`),
    hasMetrologicalUncertainty: relation(`${EMMO}EMMO_662c64e7_fc72_49b3_a161_f50fd42deafa`),
  },
};

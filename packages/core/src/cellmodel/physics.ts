/** A parameter set resolved to the SI numbers that the equations use. */
import { molarMass } from "../chemistry/formula.ts";
import type { Notice } from "../errors.ts";
import { ThioscopeError } from "../errors.ts";
import { CONSTANTS } from "../units/constants.ts";
import { type Layers, layersOf } from "./geometry.ts";
import { type ReactionKinetics, saturationOf } from "./kinetics.ts";
import { type ModelOptions, type ParameterSet, type StressModel, si } from "./parameters.ts";
import { type Chemistry, chemistry } from "./phases.ts";
import { electrolytePotential, reactionPotentials } from "./potentials.ts";

/** k/e, eV per K */
const BOLTZMANN = CONSTANTS.boltzmann / CONSTANTS.elementaryCharge;

/** Arrhenius factor from one temperature to another. */
const arrhenius = (activation: number, from: number, to: number): number => Math.exp((-activation / BOLTZMANN) * (1 / to - 1 / from));

interface RedoxStep {
  name: string;
  products: string;
  oxidation: boolean;
  /** V against the metal */
  volt: number;
  /** electrons per formula unit */
  electrons: number;
  /** A/m² */
  exchange: number;
  alpha: number;
  /** 1/E_max of the rate law */
  unsaturated: number;
  /** reduced share of the pristine electrolyte */
  initial: number;
}

interface ElectrolytePhysics {
  steps: readonly RedoxStep[];
  /** m² per m³ of electrode */
  area: number;
  /** mol per m³ that can react */
  concentration: number;
  active: number;
  blocking: number;
}

interface MediatorPhysics {
  volt: number;
  exchange: number;
  /** mol per m³ of electrode */
  concentration: number;
  /** 1/s */
  rate: number;
  /** m²/s */
  diffusivity: number;
  /** 1/E_max of the rate law */
  unsaturated: number;
}

interface StressPhysics {
  model: StressModel;
  stack: number;
  /** volume fraction of voids that takes up expansion, χ ε_v */
  absorbed: number;
  young: number;
  poisson: number;
  yieldStress: number;
  strainShare: number;
  bulk: number;
  frame: number;
  layerBulk: number;
  fixture: number;
}

export interface CellPhysics {
  chemistry: Chemistry;
  options: ModelOptions;
  layers: Layers;
  temperature: number;
  /** per reaction at `temperature`; of temperature T by {@link kineticsAt} */
  kinetics: ReactionKinetics[];
  exchangeActivation: number;
  diffusionActivation: number;
  conductivityActivation: number;
  /** V against the metal, and V/K */
  potentials: Float64Array;
  slopes: Float64Array;
  /** m² per m³ */
  contactArea: number;
  /** S/m at `temperature` */
  ionic: number;
  electronic: number;
  separator: number;
  /** Ω m² */
  contactResistance: number;
  anodePotential: number;
  /** A/m² */
  anodeExchange: number;
  contactGain: number;
  contactPressure: number;
  /** J/(m² K), W/(m² K) */
  heatCapacity: number;
  heatTransfer: number;
  seed: number;
  electrolyte: ElectrolytePhysics | null;
  mediator: MediatorPhysics | null;
  stress: StressPhysics;
  notices: Notice[];
}

export interface PhysicsOptions {
  /** another energy set than the parameter set's */
  energySet?: string;
  /** tabulated entropies act on the potentials */
  entropies?: boolean;
  /** another chain of phases, for tests and for chemistries that do not ship */
  chemistry?: Chemistry;
  /** potentials of that chain, V */
  potentials?: readonly number[];
}

/** Throws INVALID_INPUT for parameters that a set lacks or options that do not fit. */
export function resolvePhysics(set: ParameterSet, options: PhysicsOptions = {}): CellPhysics {
  const own = set.options;
  const chain = options.chemistry ?? chemistry(set.chemistry, own);
  const layers = layersOf(set);
  const temperature = si(set, "temperature", "K");
  const notices: Notice[] = [];
  const offset = (name: string): number => si(set, name, "eV");
  let potentials: Float64Array;
  let slopes = new Float64Array(chain.reactions.length);
  if (options.potentials) potentials = Float64Array.from(options.potentials);
  else {
    const found = reactionPotentials(
      chain,
      options.energySet ?? set.energySet,
      { highOrder: offset("highOrderOffset"), na2s3: offset("na2s3Offset"), li2s2: offset("li2s2Offset") },
      options.entropies ? temperature : undefined,
    );
    potentials = found.values;
    slopes = new Float64Array(found.slopes);
    notices.push(...found.notices);
  }
  const reference = si(set, "exchangeTemperature", "K");
  const exchangeActivation = si(set, "exchangeActivation", "eV");
  const diffusionActivation = si(set, "diffusionActivation", "eV");
  const fastest = positive("fastestTrace", si(set, "fastestTrace", "A/m2"));
  const activity = positive("activityWidth", si(set, "activityWidth", "1"));
  const kinetics = chain.reactions.map(({ name }): ReactionKinetics => {
    const key = `exchange.${name}`;
    const exchange = positive(key, si(set, key, "A/m2") * arrhenius(exchangeActivation, reference, temperature));
    return {
      exchange,
      alpha: si(set, `alpha.${name}`, "1"),
      activity,
      diffusion: si(set, "diffusion", "A/m2") * arrhenius(diffusionActivation, reference, temperature),
      exponent: si(set, "diffusionExponent", "1"),
      nucleus: si(set, "nucleation", "1"),
      film: si(set, "filmResistance", "ohm m2"),
      unsaturated: 1 / saturationOf(fastest, activity, exchange),
    };
  });
  const conductivityActivation = si(set, "conductivityActivation", "eV");
  const conductivityTemperature = si(set, "conductivityTemperature", "K");
  const heated = (name: string, from: number): number =>
    positive(name, si(set, name, "S/m") * arrhenius(conductivityActivation, from, temperature));
  return {
    chemistry: chain,
    options: own,
    layers,
    temperature,
    kinetics,
    exchangeActivation,
    diffusionActivation,
    conductivityActivation,
    potentials,
    slopes,
    contactArea: positive("contactArea", si(set, "contactArea", "1/m")),
    // the composite's conductivity is stated at the temperature of the set's rates
    ionic: heated("cathodeConductivity", reference),
    electronic: positive("electronicConductivity", si(set, "electronicConductivity", "S/m")),
    separator: heated("separatorConductivity", conductivityTemperature),
    contactResistance: si(set, "contactResistance", "ohm m2"),
    anodePotential: si(set, "anodePotential", "V"),
    anodeExchange: positive("anodeExchange", si(set, "anodeExchange", "A/m2")),
    contactGain: si(set, "contactGain", "1"),
    contactPressure: si(set, "contactPressure", "Pa"),
    heatCapacity: si(set, "heatCapacity", "J/(m2 K)"),
    heatTransfer: si(set, "heatTransfer", "W/(m2 K)"),
    seed: si(set, "seed", "1"),
    electrolyte: own.electrolyteRedox ? electrolytePhysics(set, chain.ion, layers, temperature, reference, exchangeActivation) : null,
    mediator: own.mediator ? mediatorPhysics(set, layers, temperature, reference, exchangeActivation) : null,
    stress: {
      model: own.stress,
      stack: si(set, "stackPressure", "Pa"),
      absorbed: si(set, "voidShare", "1") * layers.voids,
      young: si(set, "layerYoung", "Pa"),
      poisson: si(set, "layerPoisson", "1"),
      yieldStress: si(set, "yieldStress", "Pa"),
      strainShare: si(set, "strainShare", "1"),
      bulk: si(set, "effectiveBulk", "Pa"),
      frame: si(set, "frameBulk", "Pa"),
      layerBulk: si(set, "layerBulk", "Pa"),
      fixture: si(set, "fixtureStiffness", "N/m"),
    },
    notices,
  };
}

function positive(name: string, value: number): number {
  if (!(value > 0 && Number.isFinite(value))) throw new ThioscopeError("INVALID_INPUT", `${name} comes to ${value}: it must be above 0`);
  return value;
}

function electrolytePhysics(
  set: ParameterSet,
  ion: string,
  layers: Layers,
  temperature: number,
  reference: number,
  activation: number,
): ElectrolytePhysics {
  const { formula, energySet, steps } = set.electrolyte;
  const active = positive("electrolyteActive", si(set, "electrolyteActive", "1"));
  return {
    active,
    area: si(set, "electrolyteArea", "1/m"),
    concentration: active * layers.electrolyteConcentration,
    blocking: si(set, "electrolyteBlocking", "1"),
    steps: steps.map(({ name, products, from, to, oxidation }) => {
      const exchange = si(set, `electrolyteExchange.${name}`, "A/m2") * arrhenius(activation, reference, temperature);
      return {
        name,
        products,
        oxidation,
        volt: electrolytePotential(energySet, formula, ion, from, to),
        electrons: to - from,
        exchange,
        alpha: 0.5,
        unsaturated: 1 / saturationOf(si(set, "fastestTrace", "A/m2"), 1, exchange),
        initial: oxidation ? 1 : 0,
      };
    }),
  };
}

function mediatorPhysics(set: ParameterSet, layers: Layers, temperature: number, reference: number, activation: number): MediatorPhysics {
  // the share is by mass of the composite
  const share = si(set, "mediatorShare", "1");
  const composite = layers.sulfurLoading / si(set, "shareSulfur", "1") / layers.cathode;
  const exchange = si(set, "mediatorExchange", "A/m2") * arrhenius(activation, reference, temperature);
  return {
    volt: si(set, "mediatorPotential", "V"),
    exchange,
    unsaturated: 1 / saturationOf(si(set, "fastestTrace", "A/m2"), 1, exchange),
    concentration: positive("mediatorShare", (share * composite) / (molarMass("LiI") / 1000)),
    rate: si(set, "mediatorRate", "1/s") * arrhenius(activation, reference, temperature),
    diffusivity: si(set, "mediatorDiffusivity", "m2/s"),
  };
}

/** Kinetics, conductivities at another temperature, for the heat balance; written into the arguments. */
export function kineticsAt(physics: CellPhysics, temperature: number, kinetics: ReactionKinetics[]): { ionic: number; separator: number } {
  const j0 = arrhenius(physics.exchangeActivation, physics.temperature, temperature);
  const jd = arrhenius(physics.diffusionActivation, physics.temperature, temperature);
  const kappa = arrhenius(physics.conductivityActivation, physics.temperature, temperature);
  for (const [j, k] of physics.kinetics.entries()) {
    kinetics[j]!.exchange = k.exchange * j0;
    kinetics[j]!.diffusion = k.diffusion * jd;
  }
  return { ionic: physics.ionic * kappa, separator: physics.separator * kappa };
}

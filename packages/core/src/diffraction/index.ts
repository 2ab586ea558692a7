// Elasticity of polycrystals as diffraction sees it
export {
  type CartesianAxes,
  cubicStiffness,
  type DiffractionConstants,
  diffractionConstants,
  type ElasticConstants,
  type ElasticModel,
  elasticConstants,
  hexagonalStiffness,
  isotropicDiffractionConstants,
  isotropicStiffness,
  type PolycrystalModuli,
  polycrystalModuli,
  tetragonalStiffness,
} from "./elastic.ts";
export { ELASTIC_CONSTANTS, type ElasticFact, knownElasticConstants } from "./elasticData.ts";

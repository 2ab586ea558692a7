/**
 * Formation energies, eV per atom, 0 K, r²SCAN: Materials Project (CC BY 4.0), compiled in RxnNet (MIT).
 */
export const MATERIALS_PROJECT_R2SCAN = `
GeP -0.00971, GeS -0.246719, Li2S -1.525493, LiI -1.447116, Na2S -1.268924, Na2S2 -1.00379, Na2S4 -0.70521, Na2S5 -0.606832,
NaCl -2.038401, NaTaCl6 -1.640567, PI3 -0.178563, Sb2S3 -0.286666, SnS -0.4716, TaCl4 -1.457718, TaCl5 -1.487059, TaS2 -1.17043
`;

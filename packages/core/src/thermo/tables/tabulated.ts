/**
 * Measured formation enthalpies at 298.15 K, eV per atom, and where the Gibbs energy is tabulated too the formation entropy, eV per
 * atom and K: Wagman et al., J. Phys. Chem. Ref. Data 11, Suppl. 2 (1982) (NBS); where that lacks a phase Chase, NIST-JANAF Thermochemical
 * Tables (1998). Facts; compiled in RxnNet (MIT).
 */
export const TABULATED = `
GeP -0.108825 -0.0000695254067, GeS -0.357567 0.0000434546369, Li2S -1.524929, LiI -1.401301 -0.00000208619822,
Na2S -1.260295 -0.000173808486, Na2S2 -1.028913 -0.000159906088, Na2S4 -0.711162, Na2S5 -0.609567, NaCl -2.13065 -0.000469545531,
NaTaCl6 -1.666834, P4S3 -0.332615, PI3 -0.118153, Sb2S3 -0.362542 -0.00000903907429, SnS -0.518213 -0.0000295455308,
Ta2Cl5 -1.41872, TaCl3 -1.433119, TaCl4 -1.454521, TaCl5 -1.483818, TaS2 -1.603007
`;

/** Literature behind the steps, by keys that `ofSteps.ts` cites. Each is named where its method is written, in the packages core and kernels. */

export interface Reference {
  readonly text: string;
  readonly doi?: string;
}

const REFERENCE_TABLE = {
  gum: {
    text: "JCGM 100:2008, Evaluation of measurement data: Guide to the expression of uncertainty in measurement",
    doi: "10.59161/JCGM100-2008E",
  },
  bdf: { text: "Battery Data Alliance, Battery Data Format" },
  counting: { text: "X. Feng et al., J. Power Sources 232, 209 (2013)" },
  logisticPeaks: { text: "M. Verbrugge, D. Baker, B. Koch et al., J. Electrochem. Soc. 164, E3243 (2017)" },
  pseudoVoigt: { text: "P. Thompson, D. E. Cox, J. B. Hastings, J. Appl. Cryst. 20, 79 (1987)", doi: "10.1107/S0021889887087090" },
  savitzkyGolay: { text: "A. Savitzky, M. J. E. Golay, Anal. Chem. 36, 1627 (1964)", doi: "10.1021/ac60214a047" },
  bardFaulkner: { text: "A. J. Bard, L. R. Faulkner, Electrochemical Methods, 2nd ed., Wiley (2001)" },
  lindstroem: { text: "H. Lindström et al., J. Phys. Chem. B 101, 7717 (1997)", doi: "10.1021/jp970490q" },
  weppner: { text: "W. Weppner, R. A. Huggins, J. Electrochem. Soc. 124, 1569 (1977)", doi: "10.1149/1.2133112" },
  montella: { text: "C. Montella, J. Electroanal. Chem. 518, 61 (2002)" },
  boukamp: { text: "B. A. Boukamp, J. Electrochem. Soc. 142, 1885 (1995)", doi: "10.1149/1.2044210" },
  schoenleber: {
    text: "M. Schönleber, D. Klotz, E. Ivers-Tiffée, Electrochim. Acta 131, 20 (2014)",
    doi: "10.1016/j.electacta.2014.01.034",
  },
  drt: { text: "T. H. Wan, M. Saccoccio, C. Chen, F. Ciucci, Electrochim. Acta 184, 483 (2015)", doi: "10.1016/j.electacta.2015.09.097" },
  evidenceOfModels: { text: "D. J. C. MacKay, Neural Comput. 4, 415 (1992)", doi: "10.1162/neco.1992.4.3.415" },
  bayesFactors: { text: "R. E. Kass, A. E. Raftery, J. Am. Stat. Assoc. 90, 773 (1995)", doi: "10.1080/01621459.1995.10476572" },
  nelderMead: { text: "J. A. Nelder, R. Mead, Comput. J. 7, 308 (1965)", doi: "10.1093/comjnl/7.4.308" },
  pyfaiGeometry: { text: "J. Kieffer, D. Karkoulis, J. Phys. Conf. Ser. 425, 202012 (2013)", doi: "10.1088/1742-6596/425/20/202012" },
  pyfai: { text: "J. Kieffer, J. P. Wright, Powder Diffr. 28, S339 (2013)", doi: "10.1017/S0885715613000924" },
  heSmith: { text: "B. B. He, K. L. Smith, Adv. X-ray Anal. 41, 501 (1997)" },
  noyan: { text: "I. C. Noyan, J. B. Cohen, Residual Stress, Springer (1987)" },
  hill: { text: "R. Hill, Proc. Phys. Soc. A 65, 349 (1952)", doi: "10.1088/0370-1298/65/5/307" },
  welzel: {
    text: "U. Welzel, J. Ligot, P. Lamparter, A. C. Vermeulen, E. J. Mittemeijer, J. Appl. Cryst. 38, 1 (2005)",
    doi: "10.1107/S0021889804029516",
  },
  rietveld: { text: "H. M. Rietveld, J. Appl. Cryst. 2, 65 (1969)", doi: "10.1107/S0021889869006558" },
  pawley: { text: "G. S. Pawley, J. Appl. Cryst. 14, 357 (1981)", doi: "10.1107/S0021889881009618" },
  hillHoward: { text: "R. J. Hill, C. J. Howard, J. Appl. Cryst. 20, 467 (1987)", doi: "10.1107/S0021889887086199" },
  scatteringFactors: { text: "D. Waasmaier, A. Kirfel, Acta Cryst. A 51, 416 (1995)", doi: "10.1107/S0108767394013292" },
  pdfgetx3: {
    text: "P. Juhás, T. Davis, C. L. Farrow, S. J. L. Billinge, J. Appl. Cryst. 46, 560 (2013)",
    doi: "10.1107/S0021889813005190",
  },
  keen: { text: "D. A. Keen, J. Appl. Cryst. 34, 172 (2001)", doi: "10.1107/S0021889800019993" },
  mback: { text: "T.-C. Weng, G. S. Waldo, J. E. Penner-Hahn, J. Synchrotron Rad. 12, 506 (2005)", doi: "10.1107/S0909049504034193" },
  ifeffit: { text: "M. Newville, B. Ravel, D. Haskel et al., Physica B 208, 154 (1995)", doi: "10.1016/0921-4526(94)00655-F" },
  lawsonHanson: { text: "C. L. Lawson, R. J. Hanson, Solving Least Squares Problems, Prentice-Hall (1974)" },
  curveResolution: { text: "J. Jaumot, A. de Juan, R. Tauler, Chemom. Intell. Lab. Syst. 140, 1 (2015)" },
  feasibleBands: { text: "R. Tauler, J. Chemom. 15, 627 (2001)" },
  pascal: { text: "T. A. Pascal et al., J. Phys. Chem. Lett. 5, 1547 (2014)" },
  troeger: { text: "L. Tröger et al., Phys. Rev. B 46, 3283 (1992)", doi: "10.1103/PhysRevB.46.3283" },
  autobk: {
    text: "M. Newville, P. Livins, Y. Yacoby, J. J. Rehr, E. A. Stern, Phys. Rev. B 47, 14126 (1993)",
    doi: "10.1103/PhysRevB.47.14126",
  },
  sayers: { text: "D. E. Sayers, E. A. Stern, F. W. Lytle, Phys. Rev. Lett. 27, 1204 (1971)", doi: "10.1103/PhysRevLett.27.1204" },
  pathFits: { text: "J. J. Rehr, R. C. Albers, Rev. Mod. Phys. 72, 621 (2000)", doi: "10.1103/RevModPhys.72.621" },
  independentPoints: { text: "E. A. Stern, Phys. Rev. B 48, 9825 (1993)", doi: "10.1103/PhysRevB.48.9825" },
  wavelets: { text: "H. Funke, A. C. Scheinost, M. Chukalina, Phys. Rev. B 71, 094110 (2005)", doi: "10.1103/PhysRevB.71.094110" },
  cauchy: { text: "M. Muñoz, P. Argoul, F. Farges, Am. Mineral. 88, 694 (2003)" },
  cosmic: { text: "D. A. Whitaker, K. Hayes, Chemom. Intell. Lab. Syst. 179, 82 (2018)", doi: "10.1016/j.chemolab.2018.06.009" },
  arpls: { text: "S.-J. Baek, A. Park, Y.-J. Ahn, J. Choo, Analyst 140, 250 (2015)", doi: "10.1039/C4AN01061B" },
  shirley: { text: "D. A. Shirley, Phys. Rev. B 5, 4709 (1972)", doi: "10.1103/PhysRevB.5.4709" },
  tougaard: { text: "S. Tougaard, Surf. Interface Anal. 11, 453 (1988)", doi: "10.1002/sia.740110902" },
  moulder: {
    text: "J. F. Moulder, W. F. Stickle, P. E. Sobol, K. D. Bomben, Handbook of X-ray Photoelectron Spectroscopy, Perkin-Elmer (1992)",
  },
  carbonReference: { text: "G. Greczynski, L. Hultman, ChemPhysChem 18, 1507 (2017)", doi: "10.1002/cphc.201601478" },
  deadTime: { text: "T. Stephan, J. Zehnpfenning, A. Benninghoven, J. Vac. Sci. Technol. A 12, 405 (1994)", doi: "10.1116/1.579255" },
  welch: { text: "B. L. Welch, Biometrika 34, 28 (1947)", doi: "10.1093/biomet/34.1-2.28" },
  clopper: { text: "C. J. Clopper, E. S. Pearson, Biometrika 26, 404 (1934)", doi: "10.1093/biomet/26.4.404" },
  stripes: { text: "N. T. Vo, R. C. Atwood, M. Drakopoulos, Opt. Express 26, 28396 (2018)", doi: "10.1364/OE.26.028396" },
  sirt: { text: "P. Gilbert, J. Theor. Biol. 36, 105 (1972)", doi: "10.1016/0022-5193(72)90180-4" },
  otsu: { text: "N. Otsu, IEEE Trans. Syst. Man Cybern. 9, 62 (1979)", doi: "10.1109/TSMC.1979.4310076" },
  kittler: { text: "J. Kittler, J. Illingworth, Pattern Recognit. 19, 41 (1986)", doi: "10.1016/0031-3203(86)90030-0" },
  unwrapping: { text: "S. von Bülow, J. T. Bullerjahn, G. Hummer, J. Chem. Phys. 153, 021101 (2020)", doi: "10.1063/5.0008316" },
  diffusion: { text: "A. R. McCluskey, S. W. Coles, B. J. Morgan, J. Chem. Theory Comput. 21, 79 (2025)", doi: "10.1021/acs.jctc.4c01249" },
  ripser: { text: "U. Bauer, J. Appl. Comput. Topol. 5, 391 (2021)", doi: "10.1007/s41468-021-00071-5" },
  phaseDiagrams: { text: "S. P. Ong, L. Wang, B. Kang, G. Ceder, Chem. Mater. 20, 1798 (2008)", doi: "10.1021/cm702327g" },
  windows: { text: "Y. Zhu, X. He, Y. Mo, ACS Appl. Mater. Interfaces 7, 23685 (2015)", doi: "10.1021/acsami.5b07517" },
  interfaces: {
    text: "W. D. Richards, L. J. Miara, Y. Wang, J. C. Kim, G. Ceder, Chem. Mater. 28, 266 (2016)",
    doi: "10.1021/acs.chemmater.5b04082",
  },
  stiff: { text: "A. C. Hindmarsh et al., ACM Trans. Math. Softw. 31, 363 (2005)", doi: "10.1145/1089014.1089020" },
  bayesSamples: { text: "J. M. Bardsley, P. C. Hansen, SIAM J. Sci. Comput. 42, A1269 (2020)" },
  bends: { text: "J. Bai, P. Perron, Econometrica 66, 47 (1998)", doi: "10.2307/2998540" },
} as const satisfies Readonly<Record<string, Reference>>;

export type ReferenceKey = keyof typeof REFERENCE_TABLE;

export const REFERENCES: Readonly<Record<ReferenceKey, Reference>> = REFERENCE_TABLE;

/**
 * Names of rows and columns of the table tasks, and their short codes for the compact profile.
 *
 * Product and month names: authors' code (github.com/princeton-pli/VLM_S2H at 9cba59a; spec/s2h 2.2), in its order. Codes are ours: one token and
 * one 16-pixel patch per name.
 */

/** The 100 product names; a table draws its row names from the first `rowNames` of them. */
export const PRODUCT_NAMES: readonly string[] = (
  'AlphaWidget BetaGadget GammaDevice DeltaTool EpsilonInstrument ZetaApparatus EtaMachine ThetaContraption IotaEngine KappaMechanism ' +
  'LambdaWidget MuGadget NuDevice XiTool OmicronInstrument PiApparatus RhoMachine SigmaContraption TauEngine UpsilonMechanism ' +
  'PhiWidget ChiGadget PsiDevice OmegaTool HyperWidget MegaGadget UltraDevice SuperTool PowerInstrument ProApparatus ' +
  'TurboMachine SpeedContraption MaxEngine EliteMechanism ApexWidget PrimeGadget ZenithDevice VertexTool SummitInstrument CrestApparatus ' +
  'PeakMachine PinnacleContraption AcmeEngine CrownMechanism TopWidget SuperiorGadget SupremeDevice PremierTool ParamountInstrument ' +
  'StellarApparatus RadiantMachine LuminousContraption GlowingEngine BrilliantMechanism DazzleWidget SparkGadget ShineDevice FlashTool ' +
  'GlowInstrument BrightApparatus LightMachine IllumineContraption BlazeEngine FlameMechanism InfernoWidget EmberGadget FireDevice ' +
  'HeatTool WarmInstrument ToastyApparatus ScorchMachine SizzleContraption BurnEngine IgniteMechanism PyroWidget CombustGadget ' +
  'FlareDevice RadiateTool GlimmerInstrument ShimmerApparatus TwinkleMachine SparkleContraption FlashEngine ShineMechanism RayWidget ' +
  'BeamGadget PhotonDevice WaveTool QuantaInstrument QuantumApparatus ParticleMachine AtomContraption MoleculeEngine NanoMechanism ' +
  'MicroWidget MiniGadget SmallDevice TinyTool PetiteInstrument DiminutiveApparatus'
).split(' ');

export const MONTH_NAMES: readonly string[] = 'January February March April May June July August September October November December'.split(' ');

/** `Jan`..`Dec`, in calendar order. */
export const MONTH_CODES: readonly string[] = MONTH_NAMES.map((name) => name.slice(0, 3));

/** Codes of PRODUCT_NAMES in the same order, e.g. `AlW` for AlphaWidget; all different, and different from the months (capital third letter). */
export const PRODUCT_CODES: readonly string[] = makeProductCodes(PRODUCT_NAMES);

const CODE_OF: ReadonlyMap<string, string> = new Map([
  ...PRODUCT_NAMES.map((name, i) => [name, PRODUCT_CODES[i] ?? ''] as const),
  ...MONTH_NAMES.map((name, i) => [name, MONTH_CODES[i] ?? ''] as const),
]);

/** Three-letter code of a product or month name. */
export function codeOf(name: string): string {
  const code = CODE_OF.get(name);
  if (code === undefined) throw new Error(`internal: codeOf: no code for ${JSON.stringify(name)}`);
  return code;
}

/**
 * Code = first letter, the first later letter of the same word that makes the code new (AlphaWidget: l), initial of the second word. A code depends
 * only on the names before it, so names can be appended without changing one. `i` and `l` count as one letter: in small type they differ by a dot.
 */
function makeProductCodes(names: readonly string[]): string[] {
  const codes: string[] = [];
  for (const name of names) {
    const [, first = '', second = ''] = /^([A-Z][a-z]+)([A-Z])[a-z]+$/.exec(name) ?? [];
    const taken = codes.map(drawn);
    const code = [...first.slice(1)].map((letter) => first.charAt(0) + letter + second).find((candidate) => !taken.includes(drawn(candidate)));
    if (code === undefined) throw new Error(`internal: makeProductCodes: no free code for ${JSON.stringify(name)}`);
    codes.push(code);
  }
  return codes;
}

/** A code as it looks in small type. */
function drawn(code: string): string {
  return code.replaceAll('i', 'l');
}

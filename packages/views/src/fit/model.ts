/** What is known of a fit, as its panel shows it. */
import type { FitAccount } from "@thioscope/core/fits";

export interface FitModel {
  account: FitAccount;
  /** which fit it is, where there are several: "spot_2.txt", "cycle 3, discharge" */
  name: string;
  /** of exported files, without ending */
  file: string;
  /** the command line that computes the same */
  command: string;
}

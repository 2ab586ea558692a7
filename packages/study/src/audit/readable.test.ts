import { expect, test } from "vitest";
import { readableClaim } from "./readable.ts";

test("keys of claims are read as words with their units", () => {
  expect(readableClaim("cathode_mg_cm2", "6.36")).toBe("cathode 6.36 mg/cm²");
  expect(readableClaim("mg_cm2", "101.9")).toBe("101.9 mg/cm²");
  expect(readableClaim("discharge_Na2S2_to_Na2S_V", "1.17")).toBe("discharge Na2S2 to Na2S 1.17 V");
  expect(readableClaim("discharge_V", "1.74962 ± 0.00034, 1.05013 ± 0.00023 V")).toBe("discharge 1.74962 ± 0.00034, 1.05013 ± 0.00023 V");
  expect(readableClaim("x_in_Na2Sx", "2.23")).toBe("x in Na2Sx 2.23");
  expect(readableClaim("sigma_S_cm", "0.00931")).toBe("sigma 0.00931 S/cm");
  expect(readableClaim("product", "dominant")).toBe("product dominant");
});

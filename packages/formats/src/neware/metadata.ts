/** What an .ndax archive says of itself: attributes in its XML members. */
import { SaxesParser } from "saxes";

/** One element's attributes; nesting is not needed to find anything. */
export interface XmlElement {
  name: string;
  attributes: Readonly<Record<string, string>>;
}

/** Text in the encoding the declaration names; GB 2312 (read as its superset GB 18030) otherwise. */
function decodeXml(bytes: Uint8Array): string {
  const head = new TextDecoder("latin1").decode(bytes.subarray(0, 100));
  return new TextDecoder(/encoding="utf-8"/i.test(head) ? "utf-8" : "gb18030").decode(bytes);
}

/** Elements in the order of the document up to the first error; `error` says what it was. */
export function readXml(bytes: Uint8Array): { elements: XmlElement[]; error?: string } {
  const elements: XmlElement[] = [];
  const parser = new SaxesParser();
  parser.on("opentag", (tag) => {
    elements.push({ name: tag.name, attributes: tag.attributes as Record<string, string> });
  });
  try {
    parser.write(decodeXml(bytes)).close();
  } catch (error) {
    return { elements, error: error instanceof Error ? error.message : String(error) };
  }
  return { elements };
}

interface MetaRule {
  element: string;
  attribute: string;
  key: string;
  /** numbers: value = text × factor */
  factor?: number;
}

const META: readonly MetaRule[] = [
  { element: "TestInfo", attribute: "StartTime", key: "startTime" },
  { element: "TestInfo", attribute: "EndTime", key: "endTime" },
  { element: "TestInfo", attribute: "DevType", key: "deviceType", factor: 1 },
  { element: "TestInfo", attribute: "DevID", key: "device", factor: 1 },
  { element: "TestInfo", attribute: "UnitID", key: "unit", factor: 1 },
  { element: "TestInfo", attribute: "ChlID", key: "channel", factor: 1 },
  { element: "TestInfo", attribute: "TestID", key: "test", factor: 1 },
  { element: "TestInfo", attribute: "CurrRange", key: "currentRangeMilliampere", factor: 1 },
  { element: "TestInfo", attribute: "VoltRange", key: "voltageRangeVolt", factor: 1 },
  { element: "TestInfo", attribute: "StepName", key: "stepFile" },
  { element: "TestInfo", attribute: "Barcode", key: "barcode" },
  { element: "TestInfo", attribute: "Remark", key: "remark" },
  { element: "ZwjVersion", attribute: "SvrVer", key: "serverVersion" },
  { element: "ZwjVersion", attribute: "CurrClientVer", key: "clientVersion" },
  { element: "ZwjVersion", attribute: "ZwjVersion", key: "controlUnitVersion" },
  { element: "ZwjVersion", attribute: "MainXwjVer", key: "testerVersion" },
  { element: "Creator", attribute: "Value", key: "creator" },
  { element: "SCQ", attribute: "Value", key: "activeMassMilligram", factor: 1e-3 },
];

/** The known entries among the elements; empty texts and numbers that are none are left out. */
export function metaOf(elements: readonly XmlElement[]): Record<string, string | number> {
  const meta: Record<string, string | number> = {};
  for (const { element, attribute, key, factor } of META) {
    const text = elements.find((e) => e.name === element)?.attributes[attribute]?.trim();
    if (!text) continue;
    if (factor === undefined) meta[key] = text;
    else if (Number.isFinite(Number(text))) meta[key] = Number(text) * factor;
  }
  return meta;
}

/** A channel description in TestInfo.xml: `<Aux1 AuxID RealChlID ChlType …/>`. */
export interface AuxChannel {
  id: string;
  real: string;
  type: string;
}

export function auxChannels(elements: readonly XmlElement[]): AuxChannel[] {
  return elements
    .filter(({ name }) => /^aux\d+$/i.test(name))
    .map(({ attributes: a }, i) => ({ id: a.AuxID ?? String(i + 1), real: a.RealChlID ?? "", type: a.ChlType ?? "" }));
}

/** How many auxiliary channels TestInfo.xml promises. */
export function auxCount(elements: readonly XmlElement[]): number {
  return Number(elements.find(({ name }) => name === "TestInfo")?.attributes.AuxCount ?? 0) || 0;
}

/** How BTSDA was last told to count cycles (NdaxConfig.xml); undefined where it was told nothing. */
export function cycleMode(elements: readonly XmlElement[]): string | undefined {
  return elements.find(({ attributes }) => attributes.CycleMode !== undefined)?.attributes.CycleMode;
}

/** A picture in space on the page: turned by dragging and by arrow keys, nearer and farther with + and −. Drawn fine at rest, coarse while it moves. */
import { h, onNextFrame } from "../dom.ts";
import { paletteOf } from "../figure/palette.ts";
import { onThemeChange } from "../theme.ts";
import { rgbOf } from "./elements.ts";
import { type Camera, type Rgb, type Scene, turned } from "./model.ts";
import { type Picture, rasterise } from "./raster.ts";

export interface SceneColours {
  background: Rgb;
  ink: Rgb;
  quiet: Rgb;
  accent: Rgb;
  second: Rgb;
}

export interface SceneView {
  readonly element: HTMLElement;
  /** buttons that belong to the picture: nearer, farther, as at first */
  readonly tools: HTMLElement;
  colours(): SceneColours;
  /** @param box corners of what is to be seen: the camera is set to it where `fit` is given, or none was shown before */
  show(scene: Scene, about: string, fit?: Fit): void;
  destroy(): void;
}

export interface Fit {
  centre: readonly [number, number, number];
  /** nothing is farther from the centre */
  radius: number;
}

/** Radians per CSS pixel that is dragged, and per key press. */
const PER_PIXEL = 0.009;
const PER_KEY = Math.PI / 24;
const ZOOM = 1.18;
/** The picture is drawn fine when nothing has moved for so long, ms. */
const REST = 140;
/** A little from above and from the side: axes do not hide one another. */
const FIRST_TURN = [-0.42, 0.34] as const;
const IDENTITY = [1, 0, 0, 0, 1, 0, 0, 0, 1];

/** @param onPoint called with the ball under the pointer, -1 for none; @param onColours when the theme changes: the scene is to be shown anew */
export function mountScene(onPoint: (ball: number) => void, onColours: () => void): SceneView {
  const canvas = h("canvas", { class: "ts-scene-canvas", role: "img", tabindex: "0" });
  const element = h("div", { class: "ts-scene" }, canvas);
  const press = (text: string, title: string, act: () => void): HTMLButtonElement => {
    const button = h("button", { type: "button", class: "ts-switch", title, "aria-label": title }, text);
    button.addEventListener("click", act);
    return button;
  };
  const tools = h(
    "span",
    { class: "ts-scene-tools" },
    press("−", "Farther", () => zoom(1 / ZOOM)),
    press("+", "Nearer", () => zoom(ZOOM)),
    press("reset", "Seen as at first", () => home()),
  );
  let scene: Scene | null = null;
  let fit: Fit | null = null;
  let camera: Camera | null = null;
  let picture: Picture | undefined;
  let ratio = 1;
  let resting: ReturnType<typeof setTimeout> | undefined;

  function home(): void {
    if (!fit) return;
    const scale = Math.min(canvas.clientWidth, canvas.clientHeight) / (2.06 * fit.radius);
    camera = turned({ rotation: IDENTITY, centre: fit.centre, scale: Math.max(0.1, scale) }, ...FIRST_TURN);
    ask(true);
  }
  function zoom(by: number): void {
    if (!camera || !fit) return;
    const usual = Math.min(canvas.clientWidth, canvas.clientHeight) / (2 * fit.radius);
    camera = { ...camera, scale: Math.max(usual / 4, Math.min(usual * 20, camera.scale * by)) };
    ask(false);
  }
  function turn(up: number, right: number): void {
    if (!camera) return;
    camera = turned(camera, up, right);
    ask(false);
  }

  /** @param fine at once; else when the movement has come to rest */
  function ask(fine: boolean): void {
    clearTimeout(resting);
    ratio = fine ? fineRatio() : 1;
    if (!fine) resting = setTimeout(() => ask(true), REST);
    paint.ask();
  }
  const fineRatio = (): number => Math.min(3, Math.max(2, devicePixelRatio || 1));

  const paint = onNextFrame(() => {
    const [width, height] = [Math.round(canvas.clientWidth * ratio), Math.round(canvas.clientHeight * ratio)];
    if (!scene || width < 20 || height < 20) return;
    if (!camera) return home();
    if (canvas.width !== width || canvas.height !== height) [canvas.width, canvas.height] = [width, height];
    picture = rasterise(scene, camera, { width, height, ratio }, colours().background, picture);
    canvas.getContext("2d")?.putImageData(new ImageData(picture.pixels, width, height), 0, 0);
  });

  function colours(): SceneColours {
    const palette = paletteOf(element);
    const ground = getComputedStyle(element).getPropertyValue("--surface").trim();
    const [ink, quiet, accent, second] = [palette.ink, palette.quiet, palette.accent, palette.second].map(rgbOf) as [Rgb, Rgb, Rgb, Rgb];
    return { background: rgbOf(ground || "#ffffff"), ink, quiet, accent, second };
  }

  let drag: { x: number; y: number } | null = null;
  canvas.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    drag = { x: event.clientX, y: event.clientY };
    canvas.setPointerCapture(event.pointerId);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (drag) {
      turn((event.clientX - drag.x) * PER_PIXEL, (event.clientY - drag.y) * PER_PIXEL);
      drag = { x: event.clientX, y: event.clientY };
      return;
    }
    if (!picture) return;
    const box = canvas.getBoundingClientRect();
    const x = Math.floor(((event.clientX - box.left) / box.width) * picture.width);
    const y = Math.floor(((event.clientY - box.top) / box.height) * picture.height);
    onPoint(picture.ball[y * picture.width + x] ?? -1);
  });
  const release = (): void => {
    drag = null;
  };
  canvas.addEventListener("pointerup", release);
  canvas.addEventListener("pointercancel", release);
  canvas.addEventListener("pointerleave", () => onPoint(-1));
  // the wheel alone belongs to the page
  canvas.addEventListener(
    "wheel",
    (event) => {
      if (!event.ctrlKey) return;
      event.preventDefault();
      zoom(event.deltaY < 0 ? ZOOM : 1 / ZOOM);
    },
    { passive: false },
  );
  const keys: Readonly<Record<string, () => void>> = {
    ArrowLeft: () => turn(-PER_KEY, 0),
    ArrowRight: () => turn(PER_KEY, 0),
    ArrowUp: () => turn(0, -PER_KEY),
    ArrowDown: () => turn(0, PER_KEY),
    "+": () => zoom(ZOOM),
    "=": () => zoom(ZOOM),
    "-": () => zoom(1 / ZOOM),
    Home: home,
  };
  canvas.addEventListener("keydown", (event) => {
    const act = event.ctrlKey || event.metaKey || event.altKey ? undefined : keys[event.key];
    if (!act) return;
    event.preventDefault();
    // arrows are the cursor's elsewhere on the page
    event.stopPropagation();
    act();
  });
  const resized = new ResizeObserver(() => {
    if (camera && fit) ask(true);
    else home();
  });
  resized.observe(canvas);
  const stopTheme = onThemeChange(onColours);

  return {
    element,
    tools,
    colours,
    show(next, about, wanted) {
      scene = next;
      canvas.setAttribute("aria-label", `${about}. Arrow keys turn it, plus and minus bring it nearer and farther.`);
      if (wanted) fit = wanted;
      if (wanted || !camera) home();
      else ask(true);
    },
    destroy() {
      clearTimeout(resting);
      paint.cancel();
      resized.disconnect();
      stopTheme();
      element.remove();
    },
  };
}

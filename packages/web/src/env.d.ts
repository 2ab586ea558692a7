declare module "*.css";

/** Filled in by the build. */
declare const __THIOSCOPE_VERSION__: string;

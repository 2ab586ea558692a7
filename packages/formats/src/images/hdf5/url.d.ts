/** What a bundler gives for an import with "?url": the address of a file it copies. */
declare module "*?url" {
  const address: string;
  export default address;
}

/** What Vite makes of an import that ends with ?url: the address of a file of ours. */
declare module "*.wasm?url" {
  const address: string;
  export default address;
}

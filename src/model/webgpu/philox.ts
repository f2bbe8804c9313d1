/** The random numbers of lib/rng.ts in WGSL: `philox(counter, key)` is a block of Philox4x32-10, the same four words. */

/** A product's high word comes by 16-bit halves, as there. */
export const PHILOX = /* wgsl */ `
fn multiplyHigh(a: u32, b: u32) -> u32 {
  let middle = (a >> 16u) * (b & 0xffffu) + (((a & 0xffffu) * (b & 0xffffu)) >> 16u);
  let carry = (a & 0xffffu) * (b >> 16u) + (middle & 0xffffu);
  return (a >> 16u) * (b >> 16u) + (middle >> 16u) + (carry >> 16u);
}
fn philox(counter: vec4u, key: vec2u) -> vec4u {
  var x = counter;
  var k = key;
  for (var i = 0; i < 10; i++) {
    x = vec4u(
      multiplyHigh(0xcd9e8d57u, x.z) ^ x.y ^ k.x, 0xcd9e8d57u * x.z,
      multiplyHigh(0xd2511f53u, x.x) ^ x.w ^ k.y, 0xd2511f53u * x.x);
    k += vec2u(0x9e3779b9u, 0xbb67ae85u);
  }
  return x;
}
`;

/** What the bench runs: something that trains one fixed batch, step by step. One engine per column, written in the engine's own manner. */

export interface Engine {
  /**
   * Begins a step: resolves when everything was handed to the device. On wasm and cpu that is when the step is done; on WebGPU the device may still be
   * busy, and the time until here is the JavaScript time of a step.
   */
  start(): Promise<void>;
  /** The loss of the step begun last, before its update. Waits for the device. */
  loss(): Promise<number>;
  /** Measures what the engine can choose between on this device, as a training does between its first steps. Engines without a choice have none. */
  tune?(): Promise<void>;
  dispose(): void;
}

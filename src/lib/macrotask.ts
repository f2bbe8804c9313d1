/** Gives way to other tasks, such as a message that says stop. A message channel is used because timers are held back to 4 ms in browsers. */
export function macrotask(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}

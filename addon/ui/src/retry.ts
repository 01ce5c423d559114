/** The waits (ms) between attempts, each up to twice as long: a change of networks takes away what is being loaded. */
const WAITS = [200, 600, 1800];

/** Does something that asks the network, and again for as long as it fails and there are attempts left. */
export async function retry<T>(attempt: () => Promise<T>): Promise<T> {
  for (const wait of WAITS) {
    try {
      return await attempt();
    } catch {
      await new Promise((resolve) => setTimeout(resolve, wait * (1 + Math.random())));
    }
  }
  return attempt();
}

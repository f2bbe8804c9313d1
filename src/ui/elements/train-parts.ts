/** What of the Train cell has nothing to say before a device is open and the list of bases is read: one file to load then. */
import './run-estimate.ts';
import './start-choice.ts';
import './webgpu-ladder.ts';

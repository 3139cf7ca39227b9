import { runCommandLine } from './cli/run.ts';

// Whoever reads our output may have read enough (`safety-gate lint … | head`): no reason for a stack trace.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

// No await at the top: the bundle is a CommonJS module. Streams that a command does not use are not opened.
runCommandLine(process.argv.slice(2), {
  env: process.env,
  cwd: process.cwd(),
  get stdin() {
    return process.stdin;
  },
  stdout: process.stdout,
  get stderr() {
    return process.stderr;
  },
}).then((code) => {
  process.exitCode = code;
});

/** Runs before `npm publish` of a checkout (`prepublishOnly`), which could publish other files than a release has. */
process.stderr.write(
  "lading: a checkout is not published; 'npm run release -- VERSION' makes a tarball, which npm publishes: " +
    "npm publish FILE (docs/releasing.md)\n",
);
process.exit(1);

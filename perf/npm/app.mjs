// The peer: a probot app that takes issues.labeled and does nothing with it. Set up by the environment, as probot documents.
import { run } from "probot";

await run((app) => {
  app.on("issues.labeled", async () => {});
});

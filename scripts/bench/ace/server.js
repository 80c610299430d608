// The reference app of the benchmark: atlassian-connect-express verifies a webhook and its own database model stores the body.
// `node server.js PACKAGES PORT` in a folder with its config.json and descriptor; the site's key and secret come in the environment.
"use strict";

const { createRequire } = require("node:module");
const [packages, port] = process.argv.slice(2);
const load = createRequire(`${packages}/package.json`);
const express = load("express");
const Sequelize = load("sequelize");

async function main() {
  const app = express();
  const addon = load("atlassian-connect-express")(app);
  const schema = addon.settings.schema;
  if (schema.getDialect() === "sqlite") {
    // The same promise as ours: what was answered survives a power cut.
    await schema.query("PRAGMA journal_mode=WAL");
    await schema.query("PRAGMA synchronous=FULL");
  }
  // Only this table: the store makes its own as it starts.
  const Delivery = schema.define("Delivery", {
    clientKey: Sequelize.STRING,
    identifier: { type: Sequelize.STRING, unique: true },
    event: Sequelize.STRING,
    body: Sequelize.TEXT,
  });
  await Delivery.sync();
  const clientKey = process.env.CLIENT_KEY;
  const site = { clientKey, key: addon.key, sharedSecret: process.env.SHARED_SECRET, baseUrl: "https://desk.atlassian.net" };
  await addon.settings.set("clientInfo", site, clientKey);
  app.use(express.json({ limit: "25mb" }));
  app.use(addon.middleware());
  app.post("/connect/webhooks/issue-updated", addon.authenticate(), async (request, response, next) => {
    try {
      await Delivery.create({
        clientKey: request.context.clientKey,
        identifier: request.get("X-Atlassian-Webhook-Identifier"),
        event: request.body.webhookEvent,
        body: JSON.stringify(request.body),
      });
      response.sendStatus(204);
    } catch (error) {
      next(error);
    }
  });
  app.listen(Number(port), "127.0.0.1");
}

main();

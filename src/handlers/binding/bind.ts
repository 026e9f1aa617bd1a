import { Redirect, type Handler } from "../../contract/operation.js";
import { bindPage } from "../../pages/bind-page.js";
import { frontendOrigin, makeRegistration } from "./register-url.js";
import type { Dependencies } from "../dependencies.js";

export const showBindPage =
  ({ binding, frontendUrl }: Dependencies): Handler<"showBindPage"> =>
  async ({ query, origin }) => {
    const frontend = frontendOrigin(query.tv) ?? frontendUrl;
    return bindPage({ webhookUrl: origin, frontend, isBound: await binding.isBound() });
  };

export const startBinding =
  (dependencies: Dependencies): Handler<"startBinding"> =>
  async ({ body, origin }) =>
    new Redirect((await makeRegistration(dependencies, origin, body?.tv)).registrationUrl);

import { Redirect, type Handler } from "../../contract/operation.js";
import { bindPage } from "../../pages/bind-page.js";
import { frontendOrigin, makeRegistration } from "./register-url.js";
import type { Services } from "../dependencies.js";

export const showBindPage =
  ({ binding, frontendUrl }: Services): Handler<"showBindPage"> =>
  ({ query, origin }) => {
    const frontend = frontendOrigin(query.tv) ?? frontendUrl;
    return bindPage({ webhookUrl: origin, frontend, isBound: binding.isBound });
  };

export const startBinding =
  (services: Services): Handler<"startBinding"> =>
  async ({ body, origin }) =>
    new Redirect((await makeRegistration(services, origin, body?.tv)).registrationUrl);

import manifest from "../../../../package.json" with { type: "json" };
import { html } from "./html.ts";
import { pageOf } from "./html-page.ts";

/**
 * Returns the page at `/`, which says what this registry is and how to push to it. `host` is the host that the browser has
 * requested, with its port, or undefined if it is unknown. `pathPrefix` precedes each path.
 */
export function homePage(host: string | undefined, pathPrefix: string): string {
  const image = `${host ?? "HOST"}/library/busybox`;
  const below = html`<p>
    The API of this registry is below <code>${pathPrefix}/v2/</code>. Docker, Podman and most other clients can only use
    a registry at the root of its host.
  </p>`;
  const content = html`<main class="home">
    <h1>Lading</h1>
    <p>This is a registry for container images and other OCI artifacts.</p>
    <h2>Push an image</h2>
    <pre><code>docker tag busybox ${image}
docker push ${image}</code></pre>
    ${pathPrefix === "" ? html`` : below}
    <h2>More</h2>
    <ul>
      <li><a href="${pathPrefix}/docs">API reference</a></li>
      <li><a href="${pathPrefix}/openapi.json">API in OpenAPI 3.1</a></li>
    </ul>
    <p class="quiet">Version ${manifest.version}</p>
  </main>`;
  return pageOf("Lading", content);
}

// The inputs: the files of each image, and the folders from which the clients build or copy it.
import { randomUUID } from "node:crypto";
import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { writeLayout, type Layout } from "./layout.ts";
import { layerOfFiles, layerOfItems, takeSlice, walkFiles, type LayerItem, type LayerSource } from "./real-files.ts";
import { mergeLayers, type Tree } from "./tree.ts";
import type { Workplace } from "./workplace.ts";

export interface ImageSource {
  /** A plain word, usable as file name, local image name and repository component. */
  readonly name: string;
  readonly layers: readonly LayerSource[];
  readonly tree: Tree;
}

/** The tag under which a layout knows its only image. */
export const LAYOUT_TAG = "made";

const SMALL_SLICE = { totalBytes: 2 * 1024 * 1024, smallestFileBytes: 8 * 1024 };
const LARGE_SLICE = { totalBytes: 240 * 1024 * 1024, smallestFileBytes: 128 * 1024 };

export class ImageInputs {
  private readonly place: Workplace;
  private readonly sharedLayers: Promise<LayerSource[]>;

  constructor(place: Workplace) {
    this.place = place;
    this.sharedLayers = this.makeSharedLayers();
    // The cases await it and report; without them an early failure would end the process instead.
    this.sharedLayers.catch(() => undefined);
  }

  /** Six layers. The lowest is unique, so that no client and no registry has the image already. */
  async sixLayers(name: string): Promise<ImageSource> {
    const own = await this.ownLayer(name);
    return imageOf(name, [own, ...(await this.sharedLayers)]);
  }

  /** Two layers, the second of about two megabytes. */
  async busybox(name: string): Promise<ImageSource> {
    return imageOf(name, [await this.ownLayer(name), ...(await this.sharedLayers).slice(0, 1)]);
  }

  /** Two small layers that were never pushed before. */
  async twoLayers(name: string): Promise<ImageSource> {
    const second = await layerOfItems(this.place, { "usr/share/second": { text: randomUUID() } });
    return imageOf(name, [await this.ownLayer(name), second]);
  }

  /** A small layer, Node's own program, and one layer of several hundred megabytes. */
  async large(name: string): Promise<ImageSource> {
    const node = await layerOfItems(this.place, { "usr/local/bin/node": { copyOf: this.programPath("node") } });
    const walk = walkFiles(["/usr/lib", "/usr/share", "/usr/bin"]);
    const bulk = await layerOfFiles(this.place, takeSlice(walk, LARGE_SLICE));
    return imageOf(name, [await this.ownLayer(name), node, bulk]);
  }

  /** An OCI layout of the image, for the clients that copy and do not build. */
  async layout(source: ImageSource, options: { compress: boolean; architecture?: string }): Promise<Layout> {
    return writeLayout({
      folder: this.place.freshPath(`layout-${source.name}`),
      tag: LAYOUT_TAG,
      architecture: options.architecture ?? "amd64",
      layers: source.layers,
      compress: options.compress,
    });
  }

  /** A build context with a Containerfile of one ADD per layer, for the clients that build. */
  buildContext(source: ImageSource): string {
    const context = this.place.freshPath(`context-${source.name}`);
    mkdirSync(context);
    const lines = source.layers.map((layer) => {
      copyFileSync(layer.tarFile, join(context, basename(layer.tarFile)));
      return `ADD ${basename(layer.tarFile)} /`;
    });
    writeFileSync(join(context, "Dockerfile"), ["FROM scratch", ...lines, ""].join("\n"));
    return context;
  }

  /** A new folder with the given or copied files, for a builder. */
  contextOf(files: Readonly<Record<string, string | { readonly copyOf: string }>>): string {
    const context = this.place.freshPath("context");
    mkdirSync(context);
    for (const [name, content] of Object.entries(files)) {
      if (typeof content === "string") writeFileSync(join(context, name), content);
      else copyFileSync(content.copyOf, join(context, name));
    }
    return context;
  }

  private ownLayer(name: string): Promise<LayerSource> {
    return layerOfItems(this.place, { "srv/made-for": { text: `${name} ${randomUUID()}\n` } });
  }

  private async makeSharedLayers(): Promise<LayerSource[]> {
    const busybox: Record<string, LayerItem> = { "bin/busybox": { copyOf: this.programPath("busybox") } };
    const links = ["sh", "ls", "cat", "sha256sum"].map((name) => [`bin/${name}`, { linkTo: "busybox" }] as const);
    const layers = [await layerOfItems(this.place, { ...busybox, ...Object.fromEntries(links) })];
    const walk = walkFiles(["/usr/share"]);
    for (let slice = 0; slice < 4; slice++) {
      layers.push(await layerOfFiles(this.place, takeSlice(walk, SMALL_SLICE)));
    }
    return layers;
  }

  private programPath(program: string): string {
    const path = this.place.which(program);
    if (path === null) throw new Error(`${program} is not installed, and the images are made of it`);
    return path;
  }
}

function imageOf(name: string, layers: readonly LayerSource[]): ImageSource {
  return { name, layers, tree: mergeLayers(layers.map((layer) => layer.tree)) };
}

/**
 * Returns whether Kubernetes has set a variable. It does so for each service, also for one whose name is the prefix of
 * Lading's or distribution's variables. `rest` is the name of the variable without that prefix.
 */
export function isOfKubernetes(rest: string, value: string): boolean {
  return rest === "PORT" ? /^(tcp|udp):/.test(value) : /^(SERVICE_(HOST|PORT\w*)|PORT_\d+_(TCP|UDP)\w*)$/.test(rest);
}

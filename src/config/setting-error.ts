/** One or more errors in settings, which the operator has to correct before the registry can start. Each is one line. */
export class SettingError extends Error {
  readonly mistakes: readonly string[];

  constructor(...mistakes: readonly string[]) {
    super(mistakes.join("\n"));
    this.mistakes = mistakes;
  }
}

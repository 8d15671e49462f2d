"""What the document says in ways of its own, told to schemathesis; and which of its findings are none, with the reason."""

import atexit
import base64
import collections
import json
import pathlib
import re
from urllib.parse import parse_qs, unquote, urlsplit

import schemathesis
from schemathesis.core.failures import AcceptedNegativeData
from schemathesis.openapi.checks import EnsureResourceAvailability, RejectedPositiveData

PLACE = pathlib.Path(__file__).resolve().parents[2] / "build" / "api-tester"
# Made by seed.ts.
SEED = json.loads((PLACE / "seed.json").read_text())

# Read by ledger.ts.
REQUESTS = collections.Counter()
DROPPED = collections.Counter()

# Sessions that were asked to end with a digest: also a wrong one ends them.
FINISHED = set()


@atexit.register
def write_ledger():
    (PLACE / "ledger.json").write_text(json.dumps({"requests": REQUESTS, "dropped": DROPPED}))


@schemathesis.hook
def before_load_schema(context, raw_schema):
    """Examples that are there, so that not everything that is asked for is unknown; and where sessions come from."""
    for name, examples in SEED["examples"].items():
        raw_schema["components"]["schemas"][name]["examples"] = examples
    started = raw_schema["paths"]["/v2/{name}/blobs/uploads/"]["post"]["responses"]["202"]
    session = {"name": "$request.path.name", "session": "$response.header.Docker-Upload-UUID"}
    going_on = raw_schema["paths"]["/v2/{name}/blobs/uploads/{session}"].values()
    names = [operation["operationId"] for operation in going_on]
    started["links"] = {name: {"operationId": name, "parameters": session} for name in names}


@schemathesis.hook
def before_add_examples(context, examples):
    """For each row of the table a request that succeeds."""
    operation = context.operation
    rows = {row["id"] for row in operation.definition.raw["x-lading-rows"]}
    examples.extend(case_of(operation, request) for request in SEED["requests"] if request["row"] in rows)


def case_of(operation, request):
    target = urlsplit(request["target"])
    template = re.sub(r"\\{([^}]*)\\}", "(.+)", re.escape(operation.path))
    names = re.findall(r"\{([^}]*)\}", operation.path)
    headers = dict(request["headers"])
    parts = {"path_parameters": dict(zip(names, re.fullmatch(template, target.path).groups()))}
    if target.query:
        parts["query"] = {name: values[0] for name, values in parse_qs(target.query).items()}
    if "body" in request:
        parts["body"] = base64.b64decode(request["body"])
        parts["media_type"] = headers.pop("Content-Type", "application/octet-stream")
    return operation.Case(headers=headers, **parts)


def parameters_with(operation, extension):
    declared = operation.definition.raw.get("parameters", [])
    return [parameter for parameter in declared if extension in parameter]


@schemathesis.hook
def before_call(context, case, kwargs):
    """A repository name spans segments: its slashes are sent as they are. OpenAPI cannot say so, the extension does."""
    for parameter in parameters_with(case.operation, "x-lading-spans-segments"):
        value = unquote(str((case.path_parameters or {}).get(parameter["name"], "")))
        # Only what stays in its place: no empty segment, no `..`, nothing that has to be percent-encoded.
        if re.fullmatch(r"[\w-][\w.-]*(/[\w-][\w.-]*)+", value, re.ASCII):
            case.path = case.path.replace("{" + parameter["name"] + "}", value)


@schemathesis.hook
def after_call(context, case, response):
    REQUESTS[case.operation.label] += 1
    if case.method == "PUT" and "session" in (case.path_parameters or {}):
        if response.status_code == 201 or codes_of(response) & WRONG_DIGEST:
            FINISHED.add(case.path_parameters["session"])


@schemathesis.hook
def filter_failure(context, failure, case, response):
    reason = excuse_for(failure, case, response)
    if reason is not None:
        DROPPED[f"{type(failure).__name__}: {reason}"] += 1
    return reason is None


def excuse_for(failure, case, response):
    """Why a finding is none, in the words that are printed; None where it is one."""
    if isinstance(failure, RejectedPositiveData):
        if is_partly_negative(case):
            return "another part of the request was invalid, which the coverage phase still counts as valid"
        if is_unknown_document(case):
            return "a manifest may have any media type; of documents of the unknown ones the schema says nothing"
        if has_whole_float(case.body):
            return "JSON Schema counts 2.0 as an integer; readers in Go refuse such a document, and so does the registry"
        if gives_two_sizes(response):
            return "no schema can say that a manifest gives a digest the same size each time"
        if is_about_content(response):
            return "no schema can know what content is there, and what bytes have which digest"
    if isinstance(failure, EnsureResourceAvailability) and case.path_parameters.get("session") in FINISHED:
        return "the session had been finished, or had ended with content that is not what its digest says"
    if isinstance(failure, AcceptedNegativeData) and negates_parameter_of_another_row(case):
        return "only other uses of the operation read the parameter that was invalid"
    return None


def is_partly_negative(case):
    return any(part.mode.is_negative for part in case.meta.components.values())


def is_unknown_document(case):
    content = case.operation.definition.raw.get("requestBody", {}).get("content", {})
    return "*/*" in content and case.media_type not in content.keys() - {"*/*"}


def has_whole_float(value):
    """Whether a document contains a whole number that is written with a fraction or an exponent."""
    if isinstance(value, dict):
        return any(map(has_whole_float, value.values()))
    if isinstance(value, list):
        return any(map(has_whole_float, value))
    return isinstance(value, float) and value.is_integer()


WRONG_DIGEST = {"DIGEST_INVALID", "INVALID_DIGEST"}
# Those of today, and the same of 2014.
ABOUT_CONTENT = WRONG_DIGEST | {
    "MANIFEST_BLOB_UNKNOWN",
    "UNKNOWN_LAYER",
    "BLOB_UPLOAD_INVALID",
    "SIZE_INVALID",
    "INVALID_LENGTH",
}


def is_about_content(response):
    codes = codes_of(response)
    return codes != set() and codes <= ABOUT_CONTENT


def gives_two_sizes(response):
    """The detail of the refusal has both."""
    try:
        return all(len(set(error["detail"]["sizes"])) == 2 for error in json.loads(response.content)["errors"])
    except (ValueError, KeyError, TypeError):
        return False


def codes_of(response):
    try:
        return {error["code"] for error in json.loads(response.content)["errors"]}
    except (ValueError, KeyError):
        return set()


def negates_parameter_of_another_row(case):
    """Several uses of the API are one operation, and a parameter with `x-lading-rows` may be anything to the others."""
    data = case.meta.phase.data
    negated = {data.parameter, *(mutation.parameter for mutation in data.mutations)} - {None}
    return negated != set() and negated <= {parameter["name"] for parameter in parameters_with(case.operation, "x-lading-rows")}

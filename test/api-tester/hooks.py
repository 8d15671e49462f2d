"""What the document says in ways of its own, told to schemathesis; and which of its findings are none, with the reason."""

import base64
import json
import pathlib
import re
from urllib.parse import parse_qs, unquote, urlsplit

import schemathesis
from schemathesis.core.failures import AcceptedNegativeData
from schemathesis.openapi.checks import RejectedPositiveData


# Made by seed.ts.
SEED = json.loads(pathlib.Path("build/api-tester/seed.json").read_text())


@schemathesis.hook
def before_load_schema(context, raw_schema):
    """Examples that are there, so that not everything that is asked for is unknown."""
    for name, examples in SEED["examples"].items():
        raw_schema["components"]["schemas"][name]["examples"] = examples


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
def filter_failure(context, failure, case, response):
    if isinstance(failure, RejectedPositiveData):
        return not (is_partly_negative(case) or is_unknown_document(case) or is_about_content(response))
    if isinstance(failure, AcceptedNegativeData):
        return not holds_parameter_of_another_row(case)
    return True


def is_partly_negative(case):
    """The coverage phase varies one part of a request; the others may be invalid, and the request still counts as valid."""
    return any(part.mode.is_negative for part in case.meta.components.values())


def is_unknown_document(case):
    """A manifest may have any media type; of documents of the unknown ones the schema says nothing."""
    content = case.operation.definition.raw.get("requestBody", {}).get("content", {})
    return "*/*" in content and case.media_type not in content.keys() - {"*/*"}


# Codes for what no schema can know: content that is not there, and bytes that are not what is said about them.
ABOUT_CONTENT = {"MANIFEST_BLOB_UNKNOWN", "DIGEST_INVALID", "BLOB_UPLOAD_INVALID", "SIZE_INVALID"}


def is_about_content(response):
    try:
        errors = json.loads(response.content)["errors"]
    except (ValueError, KeyError):
        return False
    return all(error["code"] in ABOUT_CONTENT for error in errors)


def holds_parameter_of_another_row(case):
    """Several uses of the API are one operation; a parameter that only some of them read may be anything to the others."""
    sent = {*(case.query or {}), *(case.headers or {})}
    return any(parameter["name"] in sent for parameter in parameters_with(case.operation, "x-lading-rows"))

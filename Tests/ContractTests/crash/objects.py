"""One client with objects of its own in two buckets, one of which keeps versions, and an upload in parts."""

import base64
import copy
import hashlib
import urllib.parse
import xml.etree.ElementTree

from crash.message import Violation
from crash.wire import Refused, Unanswered

PLAIN, VERSIONED = "crash-plain", "crash-versioned"
KEYS = 8
#: Bodies up to here lie in the database, longer ones in files.
INLINE_BYTES = 64 << 10
SIZES = [0, 10, 3_000, INLINE_BYTES, INLINE_BYTES + 1, 300_000, 1_500_000]
LEAST_PART_BYTES = 5 << 20
NAMESPACE = "{http://s3.amazonaws.com/doc/2006-03-01/}"


def make_buckets(wire):
    for bucket in (PLAIN, VERSIONED):
        wire.object("PUT", f"/{bucket}")
    wire.object("PUT", f"/{VERSIONED}?versioning", "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>")


def body_of(name, size):
    seed = hashlib.sha256(name.encode()).digest()
    return (seed * (size // len(seed) + 1))[:size]


def listed(wire, path, entry):
    """Every entry of a list, page by page, as a dictionary of its children's texts; the element's name with them."""
    entries, marker = [], ""
    while True:
        root = xml.etree.ElementTree.fromstring(wire.object("GET", path + marker)[1])
        for child in root:
            name = child.tag.removeprefix(NAMESPACE)
            if name in entry:
                entries.append({"element": name, **{part.tag.removeprefix(NAMESPACE): part.text for part in child}})
        if root.findtext(f"{NAMESPACE}IsTruncated") != "true":
            return entries
        marker = "".join(
            f"&{parameter}={urllib.parse.quote(root.findtext(NAMESPACE + element))}" for parameter, element in (
                ("continuation-token", "NextContinuationToken"), ("key-marker", "NextKeyMarker"),
                ("version-id-marker", "NextVersionIdMarker")) if root.find(NAMESPACE + element) is not None)


class Body:
    """What an object must hold. `etag` is S3's: the MD5, and of an upload in parts that of its parts' MD5s."""

    def __init__(self, name, sizes):
        self.pieces = [(f"{name}/{number}", size) for number, size in enumerate(sizes)]
        self.size = sum(sizes)
        digests = [hashlib.md5(body_of(*piece)).digest() for piece in self.pieces]
        self.part_etags = [digest.hex() for digest in digests]
        self.etag = digests[0].hex()
        if "parts" in name:
            self.etag = f"{hashlib.md5(b''.join(digests)).hexdigest()}-{len(digests)}"

    def copied(self):
        """The same bytes in one piece, as a copy holds them."""
        body = copy.copy(self)
        body.etag = hashlib.md5(self.bytes).hexdigest()
        return body

    @property
    def bytes(self):
        return b"".join(body_of(*piece) for piece in self.pieces)

    @property
    def has_file(self):
        return self.size > INLINE_BYTES


class Upload:
    def __init__(self, key, body, upload_id):
        self.key, self.body, self.id = key, body, upload_id
        self.stored = 0


class ObjectClient:
    def __init__(self, number, chance):
        self.name, self.chance = f"writer-{number}", chance
        self.objects = {}  # key to body
        self.versions = {}  # key to [(version id, body; None for a delete marker)], the latest last
        self.upload = None
        self.serial = 0
        self.touched = set()  # keys whose bytes have not been read since they were written
        self.doubt = None
        self.counts = {}
        self.steps = [
            self.put, self.put, self.put_new, self.delete, self.delete_several, self.copy, self.put_version,
            self.delete_on_top, self.delete_version, self.go_on_with_upload, self.go_on_with_upload]

    def do_each_step(self, wire):
        self.wire = wire
        for step in self.steps:
            step()
            self.doubt = None

    def work(self, wire):
        self.wire = wire
        try:
            while True:
                self.chance.choice(self.steps)()
                self.doubt = None
        except Unanswered:
            return

    def count(self, what, number=1):
        self.counts[what] = self.counts.get(what, 0) + number

    def key(self):
        return f"{self.name}/{self.chance.randrange(KEYS)}"

    def new_body(self):
        self.serial += 1
        return Body(f"{self.name}/{self.serial}", [self.chance.choice(SIZES)])

    # What is asked for

    def put(self):
        self.send(self.key(), self.new_body())

    def send(self, key, body, **headers):
        self.doubt = ("objects", {key: body})
        answer, _ = self.wire.object("PUT", f"/{PLAIN}/{key}", body.bytes, **headers)
        self.check_etag(answer["etag"], body)
        self.keep({key: body})
        self.count("objects put")

    @staticmethod
    def check_etag(etag, body):
        if etag.strip('"') != body.etag:
            raise Violation(f"{body.pieces} was stored as {etag}, not {body.etag}")

    def keep(self, changes):
        for key, body in changes.items():
            self.touched.add(key)
            if body is None:
                self.objects.pop(key, None)
            else:
                self.objects[key] = body

    def put_new(self):
        """Only where there is none."""
        key, body = self.key(), self.new_body()
        try:
            self.send(key, body, If_None_Match="*")
        except Refused as error:
            if error.code != "PreconditionFailed" or key not in self.objects:
                raise
            self.count("conditions on objects that failed")

    def delete(self):
        key = self.key()
        self.doubt = ("objects", {key: None})
        self.wire.object("DELETE", f"/{PLAIN}/{key}")
        self.keep({key: None})
        self.count("objects deleted")

    def delete_several(self):
        """AWS promises nothing of the whole, so each is looked at for itself."""
        keys = {self.key() for _ in range(3)}
        self.doubt = ("objects", dict.fromkeys(keys))
        entries = "".join(f"<Object><Key>{key}</Key></Object>" for key in keys)
        request = f"<Delete>{entries}</Delete>"
        digest = base64.b64encode(hashlib.sha256(request.encode()).digest()).decode()
        self.wire.object("POST", f"/{PLAIN}?delete", request, x_amz_checksum_sha256=digest)
        self.keep(dict.fromkeys(keys))
        self.count("objects deleted", len(keys))

    def copy(self):
        source, target = self.key(), self.key()
        if source not in self.objects or source == target:
            return
        body = self.objects[source].copied()
        self.doubt = ("objects", {target: body})
        self.wire.object("PUT", f"/{PLAIN}/{target}", x_amz_copy_source=f"/{PLAIN}/{source}")
        self.keep({target: body})
        self.count("objects copied")

    def put_version(self):
        key, body = self.key(), self.new_body()
        self.doubt = ("version", key, body)
        answer, _ = self.wire.object("PUT", f"/{VERSIONED}/{key}", body.bytes)
        self.check_etag(answer["etag"], body)
        self.versions.setdefault(key, []).append((answer["x-amz-version-id"], body))
        self.count("versions put")

    def delete_on_top(self):
        key = self.key()
        self.doubt = ("version", key, None)
        answer, _ = self.wire.object("DELETE", f"/{VERSIONED}/{key}")
        self.versions.setdefault(key, []).append((answer["x-amz-version-id"], None))
        self.count("delete markers")

    def delete_version(self):
        key = self.key()
        if not self.versions.get(key):
            return
        number = self.chance.randrange(len(self.versions[key]))
        version = self.versions[key][number][0]
        self.doubt = ("without", key, version)
        self.wire.object("DELETE", f"/{VERSIONED}/{key}?versionId={version}")
        del self.versions[key][number]
        self.count("versions deleted")

    def go_on_with_upload(self):
        """The next step of an upload, which goes on over several kills."""
        upload = self.upload
        if upload is None:
            return self.begin_upload()
        path = f"/{PLAIN}/{upload.key}?uploadId={upload.id}"
        if upload.stored < len(upload.body.pieces):
            self.doubt = ("part",)
            piece = upload.body.pieces[upload.stored]
            answer, _ = self.wire.object("PUT", f"{path}&partNumber={upload.stored + 1}", body_of(*piece))
            if answer["etag"].strip('"') != upload.body.part_etags[upload.stored]:
                raise Violation(f"{piece} was stored as {answer['etag']}")
            upload.stored += 1
            return self.count("parts put")
        if self.chance.random() < 0.2:
            self.doubt = ("abort",)
            self.wire.object("DELETE", path)
            self.upload = None
            return self.count("uploads aborted")
        self.doubt = ("complete",)
        parts = "".join(
            f"<Part><PartNumber>{number}</PartNumber><ETag>{etag}</ETag></Part>"
            for number, etag in enumerate(upload.body.part_etags, 1))
        self.wire.object("POST", path, f"<CompleteMultipartUpload>{parts}</CompleteMultipartUpload>")
        self.complete()

    def begin_upload(self):
        self.serial += 1
        key, last = self.key(), self.chance.choice(SIZES[1:])
        sizes = [LEAST_PART_BYTES, last] if self.chance.random() < 0.2 else [last]
        body = Body(f"{self.name}/{self.serial}/parts", sizes)
        self.doubt = ("begin",)
        _, answer = self.wire.object("POST", f"/{PLAIN}/{key}?uploads")
        found = xml.etree.ElementTree.fromstring(answer).findtext(f"{NAMESPACE}UploadId")
        self.upload = Upload(key, body, found)
        self.count("uploads begun")

    def complete(self):
        self.keep({self.upload.key: self.upload.body})
        self.upload = None
        self.count("uploads completed")

    # What must be there afterwards

    def check(self, wire):
        self.wire = wire
        doubt, self.doubt = self.doubt or ("nothing",), None
        found = {entry["Key"]: (entry["ETag"].strip('"'), int(entry["Size"]))
                 for entry in listed(wire, f"/{PLAIN}?list-type=2&prefix={self.name}/", ["Contents"])}
        self.check_upload(doubt, found)
        if doubt[0] == "objects":
            self.settle(doubt[1], found)
        expected = {key: (body.etag, body.size) for key, body in self.objects.items()}
        if found != expected:
            raise Violation(f"{self.name} has left {expected}, and there is {found} (in doubt: {doubt})")
        for key in self.touched & set(self.objects):
            self.check_bytes(f"/{PLAIN}/{key}", self.objects[key])
        self.touched = set()
        self.check_versions(doubt)

    def settle(self, changes, found):
        happened = {
            key: body for key, body in changes.items()
            if found.get(key) == ((body.etag, body.size) if body else None) and body is not self.objects.get(key)}
        self.keep(happened)
        self.count("calls in doubt that happened" if happened else "calls in doubt that did not")

    def check_bytes(self, path, body):
        if self.wire.object("GET", path)[1] != body.bytes:
            raise Violation(f"{path} does not hold {body.pieces}")
        self.count("objects read whole")

    def check_versions(self, doubt):
        found = {}
        path = f"/{VERSIONED}?versions&prefix={self.name}/"
        for entry in reversed(listed(self.wire, path, ["Version", "DeleteMarker"])):
            etag = entry["ETag"].strip('"') if entry["element"] == "Version" else None
            found.setdefault(entry["Key"], []).append((entry["VersionId"], etag))
        self.settle_version(doubt, found)
        expected = {
            key: [(version, body and body.etag) for version, body in versions]
            for key, versions in self.versions.items() if versions}
        if found != expected:
            raise Violation(f"{self.name} has left the versions {expected}, and there are {found} (in doubt: {doubt})")

    def settle_version(self, doubt, found):
        if doubt[0] not in ("version", "without"):
            return
        _, key, last = doubt
        there, known = found.get(key, []), self.versions.setdefault(key, [])
        if doubt[0] == "without" and len(there) < len(known):
            known[:] = [version for version in known if version[0] != last]
        elif doubt[0] == "version" and len(there) > len(known):
            known.append((there[-1][0], last))
            if last:
                self.check_bytes(f"/{VERSIONED}/{key}?versionId={there[-1][0]}", last)

    def check_upload(self, doubt, found):
        """An upload is there with its parts until it was completed or aborted; both take it away with one commit."""
        uploads = [(entry["Key"], entry["UploadId"])
                   for entry in listed(self.wire, f"/{PLAIN}?uploads&prefix={self.name}/", ["Upload"])]
        upload = self.upload
        if doubt[0] == "begin" and uploads:
            [(key, upload_id)] = uploads
            return self.wire.object("DELETE", f"/{PLAIN}/{key}?uploadId={upload_id}")
        if doubt[0] in ("complete", "abort") and not uploads:
            if doubt[0] == "complete":
                return self.complete()
            self.upload = None
            return
        if uploads != ([(upload.key, upload.id)] if upload else []):
            raise Violation(f"{self.name} has left the upload {upload and upload.id}, and there is {uploads} ({doubt})")
        if upload:
            self.check_parts(upload, doubt)

    def check_parts(self, upload, doubt):
        path = f"/{PLAIN}/{upload.key}?uploadId={upload.id}"
        found = [entry["ETag"].strip('"') for entry in listed(self.wire, path, ["Part"])]
        if doubt[0] == "part" and len(found) > upload.stored:
            upload.stored += 1
        if found != upload.body.part_etags[:upload.stored]:
            raise Violation(f"{self.name}: the upload {upload.id} has {found}, of {upload.body.part_etags} ({doubt})")

    @property
    def files(self):
        """How many bodies of this client's lie in files of their own."""
        bodies = [*self.objects.values(), *(body for versions in self.versions.values() for _, body in versions if body)]
        parts = self.upload.body.pieces[:self.upload.stored] if self.upload else []
        return sum(body.has_file for body in bodies) + sum(size > INLINE_BYTES for _, size in parts)

"""Patches moto so that it tells which IAM actions it is asked for: each is a line in the file named by the environment variable
MOTO_IAM_LOG, which is read anew at every call.

moto checks the signature of most REST services wrongly, names one service by its endpoint, and takes some settings of a bucket for the
bucket: that is mended here. It evaluates actions and no resources. Source of the names: Service Authorization Reference, Amazon S3."""
import os
from urllib.parse import parse_qs, urlparse

from moto.core.responses import ActionAuthenticatorMixin
from moto.iam.access_control import IAMRequestBase

SERVICES = {"monitoring": "cloudwatch"}
S3 = {"encryption": "EncryptionConfiguration", "publicAccessBlock": "BucketPublicAccessBlock", "replication": "ReplicationConfiguration"}
_authorize, _init = ActionAuthenticatorMixin._authenticate_and_authorize_action, IAMRequestBase.__init__


def named(service, action, method, url):
    for part in S3 if service == "s3" else ():
        if part in parse_qs(urlparse(url).query, keep_blank_values=True):
            return f"s3:{'Get' if method == 'GET' else 'Put'}{S3[part]}"
    return f"{SERVICES.get(service, service)}:{action[0] if isinstance(action, list) else action}"


def init(self, *a, **kw):
    _init(self, *a, **kw)
    service, name = self._action.split(":", 1)
    self._action = named(service, name, self._method, self._path)


def authorize(self, iam_request_cls, resource="*"):
    scope, path = self.headers.get("Authorization", "").partition("Credential=")[2].partition(",")[0].split("/"), os.environ.get("MOTO_IAM_LOG")
    if path and len(scope) > 3:
        with open(path, "a", encoding="utf-8") as f:
            f.write(named(scope[3], self._get_action(), self.method, self.uri) + "\n")
    return _authorize(self, iam_request_cls, resource)


IAMRequestBase.__init__, IAMRequestBase.check_signature = init, lambda self: None
ActionAuthenticatorMixin._authenticate_and_authorize_action = authorize

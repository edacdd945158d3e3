"""`manage.py token`: makes, lists and revokes tokens."""

from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from greenapi.access.expiry import DEFAULT_DAYS, expiry
from greenapi.access.models import LONGEST_NAME, Token
from greenapi.access.scopes import Scope


class Command(BaseCommand):
    help = (
        "Makes, lists and revokes the tokens of users. A new token is printed once, alone on standard output; only its"
        " hash is kept."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        make = verbs.add_parser("make", help="make a token and print it")
        make.add_argument("username", help="whom it stands for")
        make.add_argument("--name", required=True, help="what it is used for, or where")
        make.add_argument(
            "--scope", choices=Scope.values, default=Scope.READ.value, help="how far it reaches (default: %(default)s)"
        )
        make.add_argument(
            "--expires",
            type=expiry,
            default=str(DEFAULT_DAYS),
            metavar="DAYS|DATE",
            help="days it works, or the last day (UTC) as YYYY-MM-DD (default: %(default)s days)",
        )
        listed = verbs.add_parser("list", help="show tokens, never their secrets")
        listed.add_argument("username", nargs="?", help="only those of this user")
        revoke = verbs.add_parser("revoke", help="take a token back, at once and for good")
        revoke.add_argument("prefix", help="the twelve digits after `greenapi_`, as `list` shows them")

    def handle(self, *args: Any, verb: str, **options: Any) -> None:
        match verb:
            case "make":
                self._make(**options)
            case "list":
                self._list(options["username"])
            case _:
                self._revoke(options["prefix"])

    def _make(self, *, username: str, name: str, scope: str, expires: datetime, **_: Any) -> None:
        user = _user(username)
        if not name.strip() or len(name) > LONGEST_NAME:
            raise CommandError(f"--name takes 1 to {LONGEST_NAME} characters")
        if expires <= timezone.now():
            raise CommandError("--expires lies in the past")
        issued = Token.objects.issue(user=user, name=name.strip(), scopes=[Scope(scope)], expires_at=expires)
        missing = Scope(scope).included - issued.token.granted
        if missing:
            names = ", ".join(sorted(missing))
            self.stderr.write(f"{username} may not do what these scopes are for, so they are without effect: {names}")
        self.stderr.write(f"A token until {expires:%Y-%m-%d %H:%M} UTC. It is shown this once:")
        self.stdout.write(str(issued.secret))

    def _list(self, username: str | None) -> None:
        tokens = Token.objects.select_related("user")
        if username is not None:
            tokens = tokens.filter(user=_user(username))
        now = timezone.now()
        for token in tokens:
            self.stdout.write(
                f"{token.prefix}  {token.user.get_username()}  {','.join(token.scopes)}  {token.state(at=now)}"
                f"  expires {_day(token.expires_at)}  last used {_day(token.last_used_at)}  {token.name}"
            )

    def _revoke(self, prefix: str) -> None:
        token = Token.objects.filter(prefix=prefix.removeprefix("greenapi_")[:12].lower()).first()
        if token is None:
            raise CommandError(f"there is no token {prefix}")
        token.revoke()
        self.stdout.write(f"{token} is revoked.")


def _user(username: str) -> User:
    user = User.objects.filter(username=username).first()
    if user is None:
        raise CommandError(f"there is no user {username}")
    return user


def _day(moment: datetime | None) -> str:
    return "never" if moment is None else f"{moment:%Y-%m-%d}"

"""Puts the jars named in infra/jars.lock into .jars/, each only with the checksum written there.

They come from the local Maven repository where it holds them, else through the Ivy that pyspark ships with.
"""

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "infra" / "jars.lock"
JARS = ROOT / ".jars"
MAVEN_REPOSITORY = Path.home() / ".m2" / "repository"

# Named by its kind alone, the resolver asks the public repository that Ivy itself knows.
IVY_SETTINGS = """<ivysettings>
  <settings defaultResolver="public"/>
  <resolvers><ibiblio name="public" m2compatible="true" usepoms="false"/></resolvers>
</ivysettings>
"""
IVY_MODULE = """<ivy-module version="2.0">
  <info organisation="local" module="jars"/>
  <dependencies>{dependencies}</dependencies>
</ivy-module>
"""
IVY_DEPENDENCY = '<dependency org="{0.group}" name="{0.artifact}" rev="{0.version}" transitive="false"/>'
IVY_TIMEOUT_SECONDS = 600
WHAT_TO_DO = """Run it again, in case the download was damaged. If it stays wrong and you changed a version on
purpose, compare the found sum with the publisher's and write it into infra/jars.lock; else do not use it."""


class FetchError(Exception):
    """What is wrong with the jars, and what to do about it."""


@dataclass(frozen=True)
class Jar:
    group: str
    artifact: str
    version: str
    sha256: str

    @property
    def name(self) -> str:
        return f"{self.artifact}-{self.version}.jar"

    @property
    def installed(self) -> Path:
        return JARS / self.name

    @property
    def in_maven_repository(self) -> Path:
        return MAVEN_REPOSITORY.joinpath(*self.group.split("."), self.artifact, self.version, self.name)

    def is_at(self, path: Path) -> bool:
        return path.is_file() and sha256(path) == self.sha256

    def install(self, source: Path) -> None:
        partial = JARS / f".{self.name}.{os.getpid()}"
        shutil.copyfile(source, partial)
        partial.replace(self.installed)


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def locked_jars() -> list[Jar]:
    jars = []
    for number, line in enumerate(LOCK.read_text().splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        try:
            coordinates, checksum = line.split()
            group, artifact, version = coordinates.split(":")
            algorithm, digest = checksum.split(":")
        except ValueError:
            algorithm, digest = "", ""
        if algorithm != "sha256" or len(digest) != 64:
            raise FetchError(f"{LOCK.name}, line {number}: write it as group:artifact:version sha256:HEX")
        jars.append(Jar(group, artifact, version, digest))
    return jars


def java() -> str:
    home = os.environ.get("JAVA_HOME")
    return str(Path(home, "bin", "java")) if home else "java"


def ivy() -> Path:
    spec = importlib.util.find_spec("pyspark")
    found = sorted(Path(spec.origin).parent.glob("jars/ivy-*.jar")) if spec and spec.origin else []
    if not found:
        raise FetchError(f"{sys.executable} has no pyspark with an Ivy in it; install it with: make setup")
    return found[-1]


def download(jars: list[Jar], into: Path) -> None:
    settings, module = into / "settings.xml", into / "ivy.xml"
    settings.write_text(IVY_SETTINGS)
    module.write_text(IVY_MODULE.format(dependencies="".join(map(IVY_DEPENDENCY.format, jars))))
    command = [java(), "-jar", str(ivy()), "-settings", str(settings), "-ivy", str(module)]
    command += ["-cache", str(into / "cache"), "-retrieve", f"{into}/[artifact]-[revision].[ext]"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=IVY_TIMEOUT_SECONDS, check=False)
    except FileNotFoundError:
        raise FetchError(f"{command[0]} not found: install a JDK 17 or 21, or mend JAVA_HOME") from None
    except subprocess.TimeoutExpired:
        raise FetchError(f"no answer in {IVY_TIMEOUT_SECONDS} s; see to the network and run it again") from None
    if done.returncode:
        said = "\n".join((done.stdout + done.stderr).splitlines()[-25:])
        raise FetchError(f"{said}\nThe jars could not be fetched; see to the network and run it again.")


def install_checked(jars: list[Jar], source: Path) -> None:
    """Installs the right ones; raises FetchError naming every wrong one."""
    wrong = []
    for jar in jars:
        found = source / jar.name
        if jar.is_at(found):
            jar.install(found)
        else:
            wrong.append(
                f"{jar.name} is not what infra/jars.lock names, and was deleted:\n"
                f"  expected {jar.sha256}\n  found    {sha256(found)}"
            )
    if wrong:
        raise FetchError("\n".join([*wrong, WHAT_TO_DO]))


def fetch() -> None:
    locked = locked_jars()
    JARS.mkdir(exist_ok=True)
    # Everything in here goes on Spark's class path: a jar no longer locked must not stay on it.
    for stray in set(JARS.glob("*.jar")) - {jar.installed for jar in locked}:
        stray.unlink()
    missing = [jar for jar in locked if not jar.is_at(jar.installed)]
    for jar in missing:
        if jar.is_at(jar.in_maven_repository):
            jar.install(jar.in_maven_repository)
        else:
            jar.installed.unlink(missing_ok=True)
    missing = [jar for jar in missing if not jar.installed.exists()]
    if not missing:
        return
    print(f"Fetching {len(missing)} jars named in infra/jars.lock into .jars/ ...", flush=True)
    with tempfile.TemporaryDirectory(prefix=".ivy-", dir=JARS) as scratch:
        download(missing, Path(scratch))
        install_checked(missing, Path(scratch))


if __name__ == "__main__":
    try:
        fetch()
    except FetchError as error:
        sys.exit(f"{error}")

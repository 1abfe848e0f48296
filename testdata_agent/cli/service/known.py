"""Runs a module as a program after another has been imported from where it is installed.

    python -P -m testdata_agent.cli.service.known APP MODULE [WORD...]

Celery looks for its app in the folder where it stands before it looks anywhere else; what is imported already it takes.
"""

import importlib
import runpy
import sys

if __name__ == "__main__":
    app, module, *words = sys.argv[1:]
    importlib.import_module(app)
    sys.argv = [module, *words]
    runpy.run_module(module, run_name="__main__", alter_sys=True)

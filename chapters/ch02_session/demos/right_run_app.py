import runpy

print("$ python -m app")
runpy.run_module("chapters.ch02_session.app", run_name="__main__")

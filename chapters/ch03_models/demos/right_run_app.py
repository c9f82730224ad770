import runpy

print("$ python -m app")
runpy.run_module("chapters.ch03_models.app", run_name="__main__")

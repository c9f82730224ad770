from setu.cli import main

main()

"""Compiles the translations into whatever is built; everything else is said in setup.cfg."""

from setuptools import setup
from setuptools.command.build_py import build_py


class WithTranslations(build_py):
    """Builds the package with what `gettext` reads, which is made of what translators write."""

    def run(self) -> None:
        """Builds it."""
        self.run_command("compile_catalog")
        super().run()


setup(cmdclass={"build_py": WithTranslations})

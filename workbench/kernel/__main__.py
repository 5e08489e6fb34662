"""Start the kernel: what the kernelspec runs."""

from __future__ import annotations

from ipykernel.kernelapp import IPKernelApp

from workbench.kernel import WorkbenchKernel

__all__: list[str] = []

IPKernelApp.launch_instance(kernel_class=WorkbenchKernel)

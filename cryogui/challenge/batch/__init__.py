"""Every method with every calibration on every scene, as one batch that can be interrupted at any time.

A plan of cells (`plan`), each carried out apart (`solve`) on this machine or a cluster (`pools`, `cluster`);
what is finished is kept (`cells`), so that a batch started again does only what is missing (`run`).
"""

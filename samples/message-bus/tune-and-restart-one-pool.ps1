#Requires -Version 7.6 -Modules OpsRestart

<#
.SYNOPSIS
Gives one pool another concurrency, and restarts that pool alone while the others work on.

.DESCRIPTION
The setting goes into a file of its own, which wins over what the pool came with; deleting it takes the change back. The pool is suspended, finishes what it runs, and restarts;
what is queued for it meanwhile waits in Redis. If it does not come back, everything is as it was but for the file, and the script ends with an error.

.EXAMPLE
./tune-and-restart-one-pool.ps1 general -Concurrency 16

.EXAMPLE
./tune-and-restart-one-pool.ps1 general -Concurrency 16 -WhatIf
Shows the exact steps and changes nothing.
#>
[CmdletBinding(SupportsShouldProcess)]
param(
    [ValidateSet('critical', 'high_priority', 'general', 'ml_training', 'external_api')]
    [string] $Pool = 'general',

    [ValidateRange(1, 1000)]
    [int] $Concurrency = 4
)
$ErrorActionPreference = 'Stop'

$folder = "/etc/systemd/system/celery@$Pool.service.d"
$null = New-Item $folder -ItemType Directory -Force
Set-Content $folder/tuning.conf "[Service]`nEnvironment=CONCURRENCY=$Concurrency"
Update-ServiceManager
Restart-ServiceGraph message-bus -Name celery@$Pool

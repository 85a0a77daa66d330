#Requires -Version 7.6 -Modules OpsRestart

<#
.SYNOPSIS
Stops Zulip with its queues empty, as far as they run empty in time.

.DESCRIPTION
What feeds the queues stops first (Django, the schedulers), then the workers do what waits, then all other programs stop. What is not done after -DrainTimeout stays in
RabbitMQ, on disk, until Zulip starts again: nothing is lost. What is protected in the graph stays up. Start-ServiceGraph zulip brings everything back.

.EXAMPLE
./stop.ps1 -DrainTimeout 10m
Before a maintenance for which digests should have gone out.
#>
[CmdletBinding(SupportsShouldProcess)]
param(
    [string] $DrainTimeout = '2m'
)
$ErrorActionPreference = 'Stop'

Stop-ServiceGraph zulip -DrainLevel Drained -DrainTimeout $DrainTimeout -OnDrainTimeout Continue

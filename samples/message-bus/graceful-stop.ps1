#Requires -Version 7.6 -Modules OpsRestart

<#
.SYNOPSIS
Stops the message bus with its queues empty: no task is interrupted and none is lost.

.DESCRIPTION
The subscriber and beat stop first, so nothing is queued any more: what devices send from now on waits in Mosquitto, on disk. Then each pool does what waits in its queue,
and stops; Daphne, Mosquitto and Redis follow. If a queue does not run empty in time, everything starts again as it was, and the script ends with an error that names
the tasks that still run.

.EXAMPLE
./graceful-stop.ps1 -KeepDatastores
Redis and Mosquitto stay up. warm-start.ps1 brings the rest back.

.EXAMPLE
./graceful-stop.ps1 -DrainTimeout 4h
Trainings take long.
#>
[CmdletBinding(SupportsShouldProcess)]
param(
    [string] $DrainTimeout = '10m',

    [switch] $KeepDatastores
)
$ErrorActionPreference = 'Stop'

Stop-ServiceGraph message-bus -DrainLevel Drained -DrainTimeout $DrainTimeout -KeepDatastores:$KeepDatastores

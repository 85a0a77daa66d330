#Requires -Version 7.6 -Modules OpsRestart

<#
.SYNOPSIS
Ends the message bus within seconds, and says which tasks that may have cost.

.DESCRIPTION
Nothing is drained. Every service is told to stop, so that none comes back by itself, and what is left of it is killed with all its processes; Redis and Mosquitto are told to
stop and write their files. It asks before it begins. Afterwards: cold-start.ps1, and when the workers are back, what they had taken and not done is given out again by

    Get-WorkerTask redis://localhost:6379/0 -State Orphan | Restore-WorkerTask

.EXAMPLE
./emergency-stop.ps1

.EXAMPLE
./emergency-stop.ps1 -Force
Nobody is there to be asked.
#>
[CmdletBinding()]
param(
    [switch] $Force
)
$ErrorActionPreference = 'Stop'

$run = Stop-ServiceGraph message-bus -Emergency -Force:$Force
$run
[pscustomobject]@{
    Killed         = $run.Tasks.KilledTasks
    Unacknowledged = $run.Tasks.UnacknowledgedTasks
    Lost           = $run.Tasks.LostTasks
} | Format-List

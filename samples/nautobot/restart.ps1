#Requires -Version 7.6 -Modules OpsRestart

<#
.SYNOPSIS
Restarts Nautobot without losing a task.

.DESCRIPTION
The order, the probes and the queue are in /etc/opsrestart/nautobot.yml. The result shows every step; at the end all probes are checked once more, and the journals for
errors. If anything fails, everything is as it was before, and the script ends with an error.

.EXAMPLE
./restart.ps1 -WhatIf
Shows the exact steps and changes nothing.

.EXAMPLE
./restart.ps1 -Migrate
The same with the database migrations, between stop and start. They are refused if the queue could not be drained.
#>
[CmdletBinding(SupportsShouldProcess)]
param(
    [switch] $Migrate
)
$ErrorActionPreference = 'Stop'

$restart = @{ Graph = 'nautobot'; Timeout = '15m' }
if ($Migrate) {
    $restart.Migration = {
        Set-Location /opt/nautobot
        runuser -u nautobot -- python3 manage.py migrate --noinput
    }
}
Restart-ServiceGraph @restart

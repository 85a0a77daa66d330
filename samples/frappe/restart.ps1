#Requires -Version 7.6 -Modules OpsRestart

<#
.SYNOPSIS
Restarts a Frappe bench: by default no job is interrupted.

.DESCRIPTION
The order, the probes and the queues are in /etc/opsrestart/frappe.yml; about_DrainModes helps to choose a mode. If anything fails, everything is as it
was before, the workers take jobs again, and the script ends with an error.

.EXAMPLE
./restart.ps1 -WhatIf
Shows the exact steps and changes nothing.

.EXAMPLE
./restart.ps1 -Migrate
With the database migrations, between stop and start. Only in the mode Wait: under running jobs they are refused.

.EXAMPLE
./restart.ps1 -DrainMode None
Something is broken already and has to be back at once. Jobs that do not end within 30 seconds are killed, and named.
#>
[CmdletBinding(SupportsShouldProcess)]
param(
    [ValidateSet('Wait', 'Signal', 'SuspendOnly', 'None')]
    [string] $DrainMode = 'Wait',

    [switch] $Migrate
)
$ErrorActionPreference = 'Stop'

$restart = @{ Graph = 'frappe'; DrainMode = $DrainMode }
if ($Migrate) {
    $restart.Migration = { runuser -u frappe -- bench --site all migrate }
    $restart.MigrationTimeout = '10m'
}
Restart-ServiceGraph @restart -OutVariable run
if ($WhatIfPreference) { return }

Test-ServiceHealth frappe
Get-ServiceLog -Graph frappe -Since $run[0].StartedAt -Priority Error

#Requires -Version 7.6 -Modules OpsRestart

<#
.SYNOPSIS
Checks Zulip, and says how it is in one line and an exit code, as Nagios wants it.

.DESCRIPTION
What Zulip's own plugins look at, with their limits: every program runs and does not restart in vain, every queue has its consumer, is not stuck and is cleared in time,
a message that is sent arrives (3 s, 6 s), the full-text index keeps up, the servers answer, the disk has room. Exit code 0: OK, 1: WARNING, 2: CRITICAL, 3: UNKNOWN.

.EXAMPLE
./check.ps1
#>
[CmdletBinding()]
param()

# How long a queue may take to clear, in seconds: a warning, and critical. Where no rate can be measured more than 10 or 50 messages count.
$limits = @{
    deferred_work                      = 600, 900
    digest_emails                      = 1200, 1800
    email_senders                      = 90, 300
    embed_links                        = 60, 90
    missedmessage_mobile_notifications = 120, 180
}
try {
    $ErrorActionPreference = 'Stop'
    $events = (Get-ServiceGraph zulip).Queues | Where-Object Name -EQ events
    $results = @(
        Test-ServiceHealth zulip
        foreach ($alike in $events.Queues | Group-Object { "$($limits[$_] ?? (30, 60))" }) {
            $warning, $critical = -split $alike.Name
            $time = @{ WarnTimeToClear = $warning; TimeToClear = $critical; Sample = '1s' }
            Test-QueueBacklog $events.Broker -System rabbitmq -Queue $alike.Group -MinConsumers 1 -Warn 10 -Crit 50 @time
        }
    )
    $result = $results | ConvertTo-NagiosResult -Name ZULIP
}
catch {
    "ZULIP UNKNOWN: $_"
    exit 3
}
$result.Line
exit $result.ExitCode

BeforeAll { . $PSScriptRoot/Support/Host.ps1 }

Describe 'The service cmdlets on supervisord' -Tag Host {
    BeforeAll {
        Install-TestUnit; Stop-TestUnit
        $file = '/etc/supervisor/conf.d/opsrestart-test.conf'
        $programs = @'
[program:t-web]
command=/bin/bash -c "echo hello from web; exec sleep 1000"
stdout_logfile=/tmp/t-web.log
[program:t-sick]
command=/bin/false
autostart=false
startretries=0
[program:t-plain]
command=/bin/sleep 1000
[program:w]
command=/bin/sleep 1000
process_name=w_%(process_num)02d
numprocs=3
stopwaitsecs=60
[group:t-workers]
programs=w
'@
        Set-Content $file $programs
        systemctl restart supervisor
        Wait-TestUntil { @(supervisorctl status) -match 'RUNNING' | Measure-Object | ForEach-Object Count | Where-Object { $_ -eq 5 } } -Seconds 60
        systemctl start t-plain t-demo@a
        function Get-ProgramWord([string] $Name) { (-split (supervisorctl status $Name))[1] }
    }
    AfterAll {
        Remove-Item $file -ErrorAction Ignore
        supervisorctl stop all
        systemctl stop supervisor
        Stop-TestUnit
    }

    It 'lists units and programs as one' {
        $found = Get-ManagedService t-demo@a, 't-workers:*', t-web
        $found | ForEach-Object { "$($_.Manager) $($_.Name) $($_.State)" } |
            Should -Be 'Systemd t-demo@a Running', 'Supervisor t-web Running', 'Supervisor t-workers:w_00 Running', 'Supervisor t-workers:w_01 Running', 'Supervisor t-workers:w_02 Running'
        $web = $found | Where-Object Name -eq t-web
        $web.MainPid | Should -Be ([int](supervisorctl pid t-web))
        $web.LogPath, $web.StopSignal, $web.StopAsGroup, $web.Socket | Should -Be '/tmp/t-web.log', 'TERM', $false, $null
        (Get-ManagedService).Name | Should -Contain t-web
    }

    It 'completes names of both, or of the one that is named' {
        (TabExpansion2 'Get-ManagedService t-w').CompletionMatches.CompletionText | Should -Be t-web, t-workers:w_00, t-workers:w_01, t-workers:w_02
        (TabExpansion2 'Get-ManagedService t-plai').CompletionMatches.CompletionText | Should -Be t-plain, t-plain
        (TabExpansion2 'Stop-ManagedService -Manager Supervisor t-plai').CompletionMatches.CompletionText | Should -Be t-plain
        (TabExpansion2 'Stop-ManagedService -Manager Systemd t-we').CompletionMatches | Should -BeNullOrEmpty
    }

    It 'finds what does not run in both, in one pipeline' {
        supervisorctl stop t-workers:w_01
        systemctl stop t-demo@a
        Get-ManagedService t-demo@a, 't-workers:*' | Where-Object State -ne Running | ForEach-Object Name | Should -Be 't-demo@a', 't-workers:w_01'
        Get-ManagedService t-demo@a, 't-workers:*' | Where-Object State -ne Running | Start-ManagedService
        Get-UnitState t-demo@a | Should -Be active
        Get-ProgramWord t-workers:w_01 | Should -Be RUNNING
    }

    It 'says of a name that neither has that it is not there, and goes on' {
        (Get-ManagedService t-no-such, t-web -ErrorAction SilentlyContinue -ErrorVariable failures).Name | Should -Be t-web
        Get-ErrorLine $failures | Should -Be 'UnitNotFound|ObjectNotFound|t-no-such'
        Get-ManagedService t-no-such* | Should -BeNullOrEmpty
    }

    It 'shows a name that both have twice, and changes neither until it is said which' {
        Get-ManagedService t-plain | ForEach-Object Manager | Should -Be Systemd, Supervisor
        $unit, $program = (systemctl show -P InvocationID t-plain), (supervisorctl pid t-plain)
        Restart-ManagedService t-plain -ErrorAction SilentlyContinue -ErrorVariable failures
        Get-ErrorLine $failures | Should -Be 'InvalidArgument|InvalidArgument|t-plain'
        "$failures" | Should -Match 'a unit of systemd and a program of supervisord'
        (systemctl show -P InvocationID t-plain), (supervisorctl pid t-plain) | Should -Be $unit, $program
        Restart-ManagedService t-plain -Manager Supervisor
        (systemctl show -P InvocationID t-plain) | Should -Be $unit
        (supervisorctl pid t-plain) | Should -Not -Be $program
        Get-ManagedService t-plain | Where-Object Manager -eq Supervisor | Stop-ManagedService
        Get-UnitState t-plain | Should -Be active
        Get-ProgramWord t-plain | Should -Be STOPPED
        Start-ManagedService t-plain -Manager Supervisor
    }

    It 'restarts a group one after the other, and leaves stopped what was stopped' {
        supervisorctl stop t-workers:w_02
        $before = supervisorctl pid t-workers:w_00
        $after = Restart-ManagedService 't-workers:*' -PassThru
        ($after | Where-Object State -eq Running).Name | Should -Be t-workers:w_00, t-workers:w_01
        (supervisorctl pid t-workers:w_00) | Should -Not -Be $before
        Get-ProgramWord t-workers:w_02 | Should -Be STOPPED
        # The second was stopped only when the first was up again.
        $first, $second = 'w_00', 'w_01' | ForEach-Object { (Get-ManagedService "t-workers:$_").Since }
        $second | Should -BeGreaterThan $first
        Restart-ManagedService t-workers:w_02
        Get-ProgramWord t-workers:w_02 | Should -Be RUNNING
    }

    It 'changes nothing with -WhatIf' {
        $before = supervisorctl pid t-web
        Stop-ManagedService t-web -WhatIf
        Restart-ManagedService 't-w*' -WhatIf
        Update-ServiceManager -Manager Supervisor -WhatIf
        (supervisorctl pid t-web) | Should -Be $before
    }

    It 'starts, stops and waits, and says why a start failed' {
        Stop-ManagedService t-web
        Get-ProgramWord t-web | Should -Be STOPPED
        Wait-ManagedService t-web -State Stopped -Timeout 60s
        (Start-ManagedService t-web -PassThru).State | Should -Be Running
        Wait-ManagedService t-web -StableFor 1s
        Start-ManagedService t-sick -ErrorAction SilentlyContinue -ErrorVariable failures
        Get-ErrorLine $failures | Should -Be 'JobFailed|InvalidResult|t-sick'
    }

    It 'says that supervisord can not clear FATAL' {
        Wait-TestUntil { (Get-ManagedService t-sick).ActiveState -eq 'FATAL' } -Seconds 30
        Reset-ManagedService t-sick -ErrorAction SilentlyContinue -ErrorVariable failures
        Get-ErrorLine $failures | Should -Be 'InvalidArgument|InvalidArgument|t-sick'
        "$failures" | Should -Match 'no call that clears it'
    }

    It 'refuses to enable a program, with what to do' {
        Enable-ManagedService t-web -ErrorAction SilentlyContinue -ErrorVariable failures
        Get-ErrorLine $failures | Should -Be 'InvalidArgument|InvalidArgument|t-web'
        $failures[0].ErrorDetails.RecommendedAction | Should -Match 'autostart=true'
    }

    It 'reads the log of programs, and follows it' {
        (Get-ServiceLog t-web -Tail 1).Message | Should -Be 'hello from web'
        Get-ServiceLog t-web -Follow | Select-Object -First 1 | ForEach-Object Message | Should -Be 'hello from web'
        Get-ServiceLog t-demo@a, t-web -Tail 1 | ForEach-Object Service | Should -Contain t-web
        Get-ServiceLog t-no-such:x -ErrorAction SilentlyContinue -ErrorVariable failures
        Get-ErrorLine $failures | Should -Be 'UnitNotFound|ObjectNotFound|t-no-such:x'
    }

    It 'tells what an update added, changed and removed' {
        Set-Content $file ($programs -replace '(?ms)^\[program:t-sick\].*?(?=^\[program:t-plain)' -replace 'stopwaitsecs=60', 'stopwaitsecs=61' -replace '\z', "`n[program:t-new]`ncommand=/bin/sleep 1000`n")
        (Get-ManagedService t-workers:w_00).NeedsReload | Should -BeTrue
        $update = Update-ServiceManager -Manager Supervisor -PassThru
        $update | Should -BeOfType OpsRestart.ServiceManagerUpdate
        $update.Added, $update.Changed, $update.Removed | Should -Be 't-new', 't-workers', 't-sick'
        Wait-ManagedService t-new, 't-workers:*'
        (Get-ManagedService t-workers:w_00).StopTimeout | Should -Be ([timespan]'0:1:1')
        Update-ServiceManager -Manager Supervisor | Should -BeNullOrEmpty
    }

    It 'takes an address, and pipes it on' {
        $web = Get-ManagedService t-web -Socket unix:///run/supervisor.sock
        $web.Socket | Should -Be unix:///run/supervisor.sock
        $before = supervisorctl pid t-web
        $web | Restart-ManagedService
        (supervisorctl pid t-web) | Should -Not -Be $before
        $failure = try { Get-ManagedService t-web -Socket unix:///run/no-such.sock } catch { $_ }
        $failure.FullyQualifiedErrorId | Should -Be 'ManagerUnavailable,OpsRestart.Commands.GetManagedServiceCommand'
        $failure = try { Get-ManagedService t-web -Manager Supervisor -HostName root@elsewhere } catch { $_ }
        $failure.FullyQualifiedErrorId | Should -Be 'InvalidArgument,OpsRestart.Commands.GetManagedServiceCommand'
    }

    It 'is no error for units that supervisord does not run, and one for its groups' {
        systemctl stop supervisor
        (Get-ManagedService t-demo@a, t-plain).Manager | Should -Be Systemd, Systemd
        (Get-ManagedService t-demo@a, 't-workers:*' -ErrorAction SilentlyContinue -ErrorVariable failures).Name | Should -Be t-demo@a
        Get-ErrorLine $failures | Should -Be 'ManagerUnavailable|ResourceUnavailable|t-workers:*'
        Get-ManagedService t-no-such -ErrorAction SilentlyContinue -ErrorVariable failures
        "$failures" | Should -Match 'No supervisord runs here|supervisord does not run'
    }
}

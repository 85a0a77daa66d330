# Schedules of graphs, as timers of a real systemd.
BeforeAll {
    . $PSScriptRoot/Support/Host.ps1
    if (Test-Path /run/systemd/system) { Install-TestUnit }
    $env:XDG_CONFIG_HOME = Join-Path $TestDrive config
    Reset-Session
    $catalogue = New-Item (Join-Path $env:XDG_CONFIG_HOME opsrestart) -ItemType Directory -Force
    Set-Content (Join-Path $catalogue 'p-schedule.yml') "graph: p-schedule`nservices:`n  app: { unit: t-plain, stableFor: 100ms }`n"
    $file = Join-Path $catalogue 'p-schedule.yml'
}

Describe 'Schedules' -Tag Host {
    AfterEach { Get-ServiceGraphSchedule p-* | Unregister-ServiceGraphSchedule }

    It 'are registered, listed with their next time, and taken away' {
        $made = Register-ServiceGraphSchedule $file 'Sun 06:00' -RandomizedDelay 10m -SkipIf /run/deploy.lock
        $made | Should -BeOfType OpsRestart.ServiceGraphSchedule
        $listed = Get-ServiceGraphSchedule p-schedule
        $listed.Name | Should -Be opsrestart-p-schedule
        $listed.Graph | Should -Be $file
        $listed.Operation | Should -Be Restart
        $listed.RandomizedDelay | Should -Be ([timespan]'00:10:00')
        $listed.SkipIf | Should -Be /run/deploy.lock
        $listed.Active | Should -BeTrue
        $listed.Next.ToLocalTime().DayOfWeek | Should -Be Sunday
        systemctl is-enabled opsrestart-p-schedule.timer | Should -Be enabled
        $listed | Unregister-ServiceGraphSchedule
        Get-ServiceGraphSchedule p-schedule | Should -BeNullOrEmpty
        Test-Path /etc/systemd/system/opsrestart-p-schedule.* | Should -BeFalse
    }

    It 'are replaced by one of the same name' {
        $null = Register-ServiceGraphSchedule $file 'Sun 06:00'
        (Register-ServiceGraphSchedule $file 'Mon 07:00' -Operation Stop).Next.ToLocalTime().DayOfWeek | Should -Be Monday
        (Get-ServiceGraphSchedule p-*).Operation | Should -Be Stop
    }

    It 'change nothing with -WhatIf' {
        Register-ServiceGraphSchedule $file daily -WhatIf
        Get-ServiceGraphSchedule p-* | Should -BeNullOrEmpty
    }

    It 'are refused when the time or the graph is wrong' {
        { Register-ServiceGraphSchedule $file 'Sunday at six' -ErrorAction Stop } | Should -Throw -ErrorId 'InvalidArgument,OpsRestart.Commands.RegisterServiceGraphScheduleCommand'
        { Register-ServiceGraphSchedule no-such-graph daily -ErrorAction Stop } | Should -Throw -ErrorId 'GraphNotFound,OpsRestart.Commands.RegisterServiceGraphScheduleCommand'
        { Unregister-ServiceGraphSchedule nothing -ErrorAction Stop } | Should -Throw -ErrorId 'UnitNotFound,OpsRestart.Commands.UnregisterServiceGraphScheduleCommand'
    }
}

Describe 'A run with -SkipIf' -Tag Host {
    It 'is skipped with a warning while the file exists' {
        Start-ManagedService t-plain
        $before = (Get-ManagedService t-plain).InvocationId
        $lock = New-Item (Join-Path $TestDrive deploy.lock)
        $run = Restart-ServiceGraph $file -SkipIf $lock -WarningVariable said -WarningAction SilentlyContinue
        $run.Outcome | Should -Be Skipped
        "$said" | Should -Match 'skipped, since .*deploy.lock exists; nothing was changed'
        (Get-ManagedService t-plain).InvocationId | Should -Be $before
        Remove-Item $lock
        (Restart-ServiceGraph $file -SkipIf $lock).Outcome | Should -Be Done
        Stop-ManagedService t-plain
    }
}

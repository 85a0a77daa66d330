# What graphs do without touching a service: making, reading, writing, checking, planning.
BeforeAll {
    . $PSScriptRoot/Support/Module.ps1
    $env:XDG_CONFIG_HOME = Join-Path $TestDrive config
    Reset-Session
    $catalogue = New-Item (Join-Path $env:XDG_CONFIG_HOME opsrestart) -ItemType Directory -Force
    Set-Content (Join-Path $catalogue shop.yml) @'
graph: shop
services:
  db:    { unit: t-plain, role: datastore, ready: "tcp://localhost:5432" }
  web:   { unit: t-demo@web, needs: [db], ready: { http: "http://127.0.0.1:8000/", within: 5s }, stableFor: 2s }
  proxy: { unit: t-demo@proxy, needs: [web] }
'@
    Set-Content (Join-Path $TestDrive bad.yml) @'
graph: bad
services:
  a: { unit: x, needs: [b], colour: red }
  b: { unit: y, needs: [a, nowhere] }
'@
    $shop = Get-ServiceGraph shop
}
AfterAll {
    $env:XDG_CONFIG_HOME = $null
    Reset-Session
}

Describe 'Get-ServiceGraph and Import-ServiceGraph' {
    It 'finds graphs by name, wildcard and path' {
        (Get-ServiceGraph shop).Name | Should -Be shop
        (Get-ServiceGraph sh*).Name | Should -Contain shop
        (Get-ServiceGraph).Name | Should -Contain shop
        Push-Location $catalogue
        try { (Get-ServiceGraph ./shop.yml).Nodes.Name | Should -Be db, web, proxy; (Import-ServiceGraph shop.yml).Name | Should -Be shop }
        finally { Pop-Location }
        (Get-ChildItem $catalogue | Import-ServiceGraph).Name | Should -Be shop
    }

    It 'errs for an unknown name' {
        Get-ServiceGraph nope -ErrorAction SilentlyContinue -ErrorVariable failure
        $failure.FullyQualifiedErrorId | Should -Be 'GraphNotFound,OpsRestart.Commands.GetServiceGraphCommand'
        $failure.CategoryInfo.Category | Should -Be ObjectNotFound
        $failure.TargetObject | Should -Be nope
    }

    It 'reports everything that is wrong with a file' {
        Import-ServiceGraph $TestDrive/bad.yml -ErrorAction SilentlyContinue -ErrorVariable failure
        $failure.FullyQualifiedErrorId.Split(',')[0] | Should -BeIn InvalidGraph, CyclicDependency
        "$failure" | Should -Match 'bad.yml:3: .*colour'
        $failure.CategoryInfo.Category | Should -Be InvalidData
    }

    It 'completes names of graphs and of nodes' {
        (TabExpansion2 'Restart-ServiceGraph sh').CompletionMatches.CompletionText | Should -Be shop
        (TabExpansion2 'Restart-ServiceGraph shop -Name ').CompletionMatches.CompletionText | Should -Be db, proxy, web
        (TabExpansion2 'Stop-ServiceGraph shop -Exclude p').CompletionMatches.CompletionText | Should -Be proxy
        (TabExpansion2 'Test-ServiceHealth shop -Role ').CompletionMatches.CompletionText | Should -Be datastore
    }
}

Describe 'New-ServiceNode and New-ServiceGraph' {
    It 'makes a graph from nodes' {
        $graph = @(
            New-ServiceNode redis redis-server -Role datastore -Ready 'redis://localhost:6379/0'
            New-ServiceNode web -Service nautobot -Needs redis -Ready @{ http = 'http://127.0.0.1:8000/'; within = '30s' }, 'tcp://localhost:1' -StableFor 5 -StopTimeout 1m30s
        ) | New-ServiceGraph nautobot
        $graph | Should -BeOfType OpsRestart.ServiceGraph
        $web = $graph.Nodes[1]
        $web.Service, $web.StableFor.TotalSeconds, $web.StopTimeout.TotalSeconds | Should -Be 'nautobot', 5, 90
        $web.Ready.Kind | Should -Be http, tcp
        $web.Ready[0].Within.TotalSeconds | Should -Be 30
        $web.Ready.Node | Should -Be web, web
    }

    It 'makes the same as a file does' {
        $made = New-ServiceNode db t-plain -Role datastore -Ready tcp://localhost:5432 | New-ServiceGraph one
        $text = Export-ServiceGraph $made
        Set-Content $TestDrive/one.yml $text
        Export-ServiceGraph (Import-ServiceGraph $TestDrive/one.yml) | Should -Be $text
    }

    It 'takes the commands of a service as a graph file does' {
        $node = New-ServiceNode site -Command @{ start = '/srv/ctl start'; stop = '/srv/ctl', 'stop'; user = 'app'; timeout = '2m' }
        $node.Manager | Should -Be Command
        $node.Commands.Start | Should -Be '/srv/ctl', 'start'
        $node.Commands.User | Should -Be app
        $node.StartTimeout | Should -Be ([timespan]'00:02:00')
        $node.StopTimeout | Should -Be ([timespan]'00:02:00')
        $failure = try { New-ServiceNode site -Command @{ start = 'a'; stpo = 'b' } } catch { $_ }
        $failure.FullyQualifiedErrorId | Should -BeLike 'InvalidArgument,*'
        $failure.Exception.Message | Should -BeLike "*unknown key 'stpo'*"
        $failure = try { New-ServiceNode site -Manager Command | New-ServiceGraph x } catch { $_ }
        $failure.Exception.Message | Should -BeLike "*only with a 'start' and a 'stop'*"
    }

    It 'gives the health of such a service by its status' {
        $up, $down, $unsure = foreach ($status in 'true', 'sh -c "exit 3"', $null) {
            $commands = @{ start = 'true'; stop = 'true' }
            if ($status) { $commands.status = $status }
            New-ServiceNode site -Command $commands | New-ServiceGraph g | Test-ServiceHealth
        }
        $up.Status, $down.Status, $unsure.Status | Should -Be Healthy, Unhealthy, Unknown
        $unsure.Detail | Should -BeLike "*no 'status' command*"
    }

    It 'refuses a probe that is none' {
        $failure = try { New-ServiceNode a -Ready nonsense } catch { $_ }
        $failure.FullyQualifiedErrorId | Should -Be 'InvalidArgument,OpsRestart.Commands.NewServiceNodeCommand'
    }

    It 'refuses a graph with a cycle, and one with a missing node' {
        $cycle = try { New-ServiceNode a -Needs b; New-ServiceNode b -Needs a | Out-Null; @((New-ServiceNode a -Needs b), (New-ServiceNode b -Needs a)) | New-ServiceGraph x } catch { $_ }
        @($cycle)[-1].FullyQualifiedErrorId | Should -Be 'CyclicDependency,OpsRestart.Commands.NewServiceGraphCommand'
        $missing = try { New-ServiceNode a -Needs nowhere | New-ServiceGraph x } catch { $_ }
        $missing.FullyQualifiedErrorId | Should -Be 'InvalidGraph,OpsRestart.Commands.NewServiceGraphCommand'
        $missing.TargetObject | Should -Be x
    }
}

Describe 'Export-ServiceGraph' {
    It 'writes YAML that reads back the same, Mermaid and DOT' {
        Export-ServiceGraph shop | Should -Match '(?m)^graph: shop$'
        Export-ServiceGraph $shop -Format Mermaid | Should -Match '(?m)^(flowchart|graph) '
        $shop | Export-ServiceGraph -Format Dot | Should -Match '^digraph '
    }

    It 'writes a file, but not with -WhatIf' {
        Export-ServiceGraph shop -Path $TestDrive/out.yml -WhatIf
        Test-Path $TestDrive/out.yml | Should -BeFalse
        Export-ServiceGraph shop -Path $TestDrive/out.yml | Should -BeNullOrEmpty
        (Import-ServiceGraph $TestDrive/out.yml).Nodes.Name | Should -Be db, web, proxy
    }

    It 'errs for a place that can not be written' {
        Export-ServiceGraph shop -Path $TestDrive/no/such/out.yml -ErrorAction SilentlyContinue -ErrorVariable failure
        $failure.FullyQualifiedErrorId | Should -Be 'InvalidArgument,OpsRestart.Commands.ExportServiceGraphCommand'
    }
}

Describe 'Test-ServiceGraph' {
    It 'finds nothing wrong with a good graph' {
        Test-ServiceGraph shop -Quiet | Should -BeTrue
        $shop | Test-ServiceGraph | Where-Object Severity -eq Error | Should -BeNullOrEmpty
    }

    It 'returns every finding with its line' {
        $findings = Test-ServiceGraph $TestDrive/bad.yml
        $findings[0] | Should -BeOfType OpsRestart.GraphFinding
        $findings.Location | Should -Contain "$TestDrive/bad.yml:3"
        Test-ServiceGraph $TestDrive/bad.yml -Quiet | Should -BeFalse
    }

    It 'errs for an unknown graph' {
        Test-ServiceGraph nope -ErrorAction SilentlyContinue -ErrorVariable failure
        $failure.FullyQualifiedErrorId | Should -Be 'GraphNotFound,OpsRestart.Commands.TestServiceGraphCommand'
    }
}

Describe 'Get-ServiceGraphPlan' {
    It 'orders stops before starts, dependents first' {
        $ids = (Get-ServiceGraphPlan shop).Steps.Id
        $ids.IndexOf('stop:proxy') | Should -BeLessThan $ids.IndexOf('stop:web')
        $ids.IndexOf('stop:web') | Should -BeLessThan $ids.IndexOf('stop:db')
        $ids.IndexOf('ready:db') | Should -BeLessThan $ids.IndexOf('start:web')
        $ids | Should -Contain 'settle:web'
        $ids[-1] | Should -Be validate
    }

    It 'plans starts and stops, and parts of the graph' {
        (Get-ServiceGraphPlan shop -Operation Stop).Steps.Kind | Sort-Object -Unique | Should -Be Stop
        (Get-ServiceGraphPlan shop -Name web).Nodes | Sort-Object | Should -Be proxy, web
        (Get-ServiceGraphPlan shop -Name web -Only).Nodes | Should -Be web
        ($shop | Get-ServiceGraphPlan -Operation Start -Name web).Nodes | Sort-Object | Should -Be db, web
        $stops = (Get-ServiceGraphPlan shop -StopTimeout 20s).Steps | Where-Object Kind -eq Stop
        ($stops | Where-Object Target -ne db).Timeout.TotalSeconds | Should -Be 20, 20
        ($stops | Where-Object Target -eq db).Timeout | Should -BeNullOrEmpty -Because 'a switch meant for workers kills no datastore'
        (Get-ServiceGraphPlan shop -SkipValidation).Steps.Id | Should -Not -Contain validate
    }

    It 'errs for a node that is not in the graph' {
        Get-ServiceGraphPlan shop -Name nope -ErrorAction SilentlyContinue -ErrorVariable failure
        $failure.FullyQualifiedErrorId | Should -Be 'UnitNotFound,OpsRestart.Commands.GetServiceGraphPlanCommand'
    }

    It 'plans for roles, without exclusions and with the datastores kept' {
        (Get-ServiceGraphPlan shop -KeepDatastores).Nodes | Should -Be web, proxy
        (Get-ServiceGraphPlan shop -Exclude proxy, d*).Nodes | Should -Be web
        (Get-ServiceGraphPlan shop -Role datastore -Only).Nodes | Should -Be db
        (Get-ServiceGraphPlan shop -KeepDatastores | Out-String) -replace "`e\[[0-9;]*m" | Should -Match 'Left alone:\s+db'
        foreach ($case in @{ Role = 'datastor' }, @{ Exclude = 'nope' }) {
            Get-ServiceGraphPlan shop @case -ErrorAction SilentlyContinue -ErrorVariable failure
            $failure.FullyQualifiedErrorId | Should -Be 'UnitNotFound,OpsRestart.Commands.GetServiceGraphPlanCommand'
        }
        Get-ServiceGraphPlan shop -Name db -KeepDatastores -ErrorAction SilentlyContinue -ErrorVariable failure
        $failure.FullyQualifiedErrorId | Should -Be 'InvalidArgument,OpsRestart.Commands.GetServiceGraphPlanCommand'
    }

    It 'takes a level by its short names, and refuses one beside a mode' {
        foreach ($level in @{ DrainLevel = 'Executing' }, @{ Drain = 'executing' }, @{ Level = 'Executing' }) { (Get-ServiceGraphPlan shop @level).Graph | Should -Be shop }
        Get-ServiceGraphPlan shop -DrainMode Wait -DrainLevel Drained -ErrorAction SilentlyContinue -ErrorVariable failure
        $failure.FullyQualifiedErrorId | Should -Be 'InvalidArgument,OpsRestart.Commands.GetServiceGraphPlanCommand'
        "$failure" | Should -Match "can't both be given"
    }

    It 'looks like this' {
        # As narrow as a terminal may be.
        $graph = New-ServiceNode w t-w -Ready tcp://[::1]:1 -StableFor 2s | New-ServiceGraph g
        $lines = ($graph | Get-ServiceGraphPlan -Operation Start -SkipValidation | Out-String) -replace "`e\[[0-9;]*m" -split "`n" | ForEach-Object TrimEnd | Where-Object { $_ }
        $lines[0..4] | Should -Be @(
            ' Plan: start of g, 1 service, 3 steps; nothing was changed'
            ' Step       After    At most  What'
            ' ----       -----    -------  ----'
            ' start   w            1m 30s  Start t-w'
            ' ready   w  start w       1m  Wait until tcp tcp://[::1]:1 is healthy')
    }

    It 'looks as the command prints it, <_> columns wide' -ForEach 80, 120 {
        $plan = Get-ServiceGraphPlan "$root/tests/units/Reports/stack.yml"
        $lines = [OpsRestart.Hosting.ModuleViews]::Draw($plan, $_) -replace "`e\[[0-9;]*m"
        ($lines -join "`n") + "`n" | Should -BeExactly (Get-Content "$root/tests/units/Reports/plan.$_.txt" -Raw)
    }
}

Describe 'The result of a run' {
    It 'looks as the command prints it, <_> columns wide' -ForEach 80, 120 {
        $options = [System.Text.Json.JsonSerializerOptions]::new()
        $options.Converters.Add([System.Text.Json.Serialization.JsonStringEnumConverter]::new())
        $json = Get-Content "$root/tests/units/Reports/run.json" -Raw
        $run = [System.Text.Json.JsonSerializer]::Deserialize($json, [OpsRestart.ServiceGraphRun], $options)
        $lines = [OpsRestart.Hosting.ModuleViews]::Draw($run, $_) -replace "`e\[[0-9;]*m"
        ($lines -join "`n") + "`n" | Should -BeExactly (Get-Content "$root/tests/units/Reports/run.$_.txt" -Raw)
    }
}

Describe 'Restart-, Start- and Stop-ServiceGraph with -WhatIf' {
    It 'print the exact plan and touch nothing' {
        $output = & (Get-Process -Id $PID).Path -NoProfile -NonInteractive -Command "Import-Module '$root/OpsRestart.psd1'; Restart-ServiceGraph shop -WhatIf; Start-ServiceGraph shop -WhatIf; Stop-ServiceGraph shop -WhatIf"
        $text = $output -join "`n"
        $text | Should -Match 'What if: Plan: restart of shop, 3 services, \d+ steps'
        $text | Should -Match '(?m)^ ready +web +start web +5.0s  Wait until http http://127.0.0.1:8000/ is healthy'
        $text | Should -Match 'What if: Plan: start of shop'
        $text | Should -Match 'What if: Plan: stop of shop'
    }

    It 'err for unknown graphs and nodes' {
        Restart-ServiceGraph nope -WhatIf -ErrorAction SilentlyContinue -ErrorVariable failure
        $failure.FullyQualifiedErrorId | Should -Be 'GraphNotFound,OpsRestart.Commands.RestartServiceGraphCommand'
        Stop-ServiceGraph shop -Name nope -WhatIf -ErrorAction SilentlyContinue -ErrorVariable failure
        $failure.FullyQualifiedErrorId | Should -Be 'UnitNotFound,OpsRestart.Commands.StopServiceGraphCommand'
    }
}

BeforeAll {
    . $PSScriptRoot/Support/Module.ps1
    $manifest = Join-Path $root OpsRestart.psd1

    # A fresh PowerShell; its output.
    function Invoke-Fresh([string] $Command) { & (Get-Process -Id $PID).Path -NoProfile -NonInteractive -Command $Command }
}

Describe 'Importing the module' {
    It 'gives exactly the cmdlets that the manifest names, and a file for each' {
        $commands = (Get-Command -Module OpsRestart).Name | Sort-Object
        $commands | Should -Be ((Import-PowerShellDataFile $manifest).CmdletsToExport | Sort-Object)
        $sources = Get-ChildItem (Join-Path $root src OpsRestart.Module Commands) -Recurse -Filter *Command.cs |
            Get-Content -Raw | Select-String -Pattern '\[Cmdlet\(\s*Verbs\w+\.(\w+),\s*"(\w+)"' | ForEach-Object { $_.Matches[0].Groups[1, 2].Value -join '-' } | Sort-Object
        $commands | Should -Be $sources
    }

    It 'works a second time, with -Force, and after Remove-Module' {
        $counts = Invoke-Fresh @"
`$want = (Import-PowerShellDataFile '$manifest').CmdletsToExport.Count
Import-Module '$manifest'; (Get-Command -Module OpsRestart).Count - `$want
Import-Module '$manifest' -Force; (Get-Command -Module OpsRestart).Count - `$want
Import-Module '$manifest' -Force; (Get-Command -Module OpsRestart).Count - `$want
Remove-Module OpsRestart; @(Get-Command -Module OpsRestart).Count
Import-Module '$manifest'; (Get-Command -Module OpsRestart).Count - `$want
"@
        $counts | Should -Be '0', '0', '0', '0', '0'
    }

    It 'works in a second runspace' {
        Invoke-Fresh @"
Import-Module '$manifest'
`$shell = [powershell]::Create()
`$shell.AddScript({ Import-Module '$manifest'; (New-ServiceNode a).GetType() -eq [OpsRestart.ServiceNode] }).Invoke()
"@ | Should -Be 'True'
    }

    It 'keeps everything but the model to itself, and loads no client library before it is needed' {
        $loaded = Invoke-Fresh @"
Import-Module '$manifest'
foreach (`$context in [System.Runtime.Loader.AssemblyLoadContext]::All) { foreach (`$a in `$context.Assemblies) { "`$(`$context.Name)/`$(`$a.GetName().Name)" } }
"@
        $loaded | Should -Contain 'Default/OpsRestart'
        $loaded | Should -Contain 'OpsRestart/OpsRestart.Module'
        $loaded | Should -Not -Contain 'Default/OpsRestart.Core'
        $loaded | Should -Not -Contain 'Default/OpsRestart.Module'
        foreach ($lazy in 'Npgsql', 'YamlDotNet', 'RabbitMQ.Client', 'OpsRestart.Adapters') { $loaded | Should -Not -Contain "OpsRestart/$lazy" }
    }

    It 'does not clash with a module that brings another YamlDotNet' {
        $graph = Join-Path $TestDrive clash.yml
        'graph: clash', 'services: { a: { unit: a } }' | Set-Content $graph
        Invoke-Fresh @"
`$builder = [System.Reflection.Emit.PersistedAssemblyBuilder]::new([System.Reflection.AssemblyName]'YamlDotNet, Version=99.0.0.0', [object].Assembly)
`$null = `$builder.DefineDynamicModule('m').DefineType('T').CreateType()
`$builder.Save('$TestDrive/YamlDotNet.dll')
`$null = [System.Reflection.Assembly]::LoadFrom('$TestDrive/YamlDotNet.dll')
Import-Module '$manifest'
(Import-ServiceGraph '$graph').Name
"@ | Should -Be 'clash'
    }

    It 'has no functions, aliases or variables' {
        $module = Get-Module OpsRestart
        $module.ExportedFunctions.Count + $module.ExportedAliases.Count + $module.ExportedVariables.Count | Should -Be 0
    }
}

Describe 'Every cmdlet' {
    It 'has an approved verb, and an output type' {
        $verbs = (Get-Verb).Verb
        foreach ($command in Get-Command -Module OpsRestart) {
            $command.Verb | Should -BeIn $verbs
            $command.OutputType | Should -Not -BeNullOrEmpty -Because $command.Name
        }
    }

    It 'that changes something asks: -WhatIf and -Confirm are there' {
        foreach ($command in Get-Command -Module OpsRestart -Verb Start, Stop, Restart, Enable, Disable, Reset, Update, Suspend, Resume, Clear, Restore) {
            $command.Parameters.Keys | Should -Contain WhatIf -Because $command.Name
        }
    }

    It 'has no parameter of a type that users can not name' {
        $common = [System.Management.Automation.PSCmdlet]::CommonParameters + [System.Management.Automation.PSCmdlet]::OptionalCommonParameters
        foreach ($command in Get-Command -Module OpsRestart) {
            foreach ($parameter in $command.Parameters.Values | Where-Object Name -NotIn $common) {
                $type = $parameter.ParameterType
                while ($type.HasElementType) { $type = $type.GetElementType() }
                if ($type.IsGenericType) { $type = $type.GetGenericArguments()[0] }
                [System.Runtime.Loader.AssemblyLoadContext]::GetLoadContext($type.Assembly).Name | Should -Be 'Default' -Because "$command -$($parameter.Name) is a $type"
            }
        }
    }

    It 'takes durations as admins write them, and never as ticks' {
        foreach ($command in Get-Command -Module OpsRestart) {
            foreach ($parameter in $command.Parameters.Values | Where-Object { $_.ParameterType -in [timespan], [Nullable[timespan]] }) {
                $parameter.Attributes.TypeId.Name | Should -Contain 'DurationAttribute' -Because "$command -$($parameter.Name)"
            }
        }
    }
}

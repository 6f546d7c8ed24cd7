// Every action works as a plain link or form; scripts only make it faster.
"use strict";
